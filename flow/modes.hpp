#pragma once

#include <cstddef>
#include <numbers>
#include <optional>
#include <vector>

namespace lagoon::flow {

/// The retained Fourier modes e_m(x) = exp(2 pi i (k_m x + l_m y)) on the unit torus.
/// The order is that of every (mode) axis in files and in vectors.
struct ModeSet {
  std::vector<int> k;
  std::vector<int> l;

  std::size_t size() const { return k.size(); }
  bool operator==(const ModeSet&) const = default;
};

/// Of the phase 2 pi (k x + l y).
inline constexpr double kTwoPi = 2 * std::numbers::pi;

/// The largest |k| or |l| that the integrator takes.
inline constexpr int kLargestWavenumber = 32;

/// All (k, l) in {-n..n}^2, k outermost; without (0, 0) if `keep_mean` is false. [BST] 6.3: n = 3.
ModeSet square_modes(int max_wavenumber, bool keep_mean = true);

/// All (k, l) with k^2 + l^2 <= n^2, k outermost.
ModeSet disk_modes(int max_wavenumber, bool keep_mean = true);

/// One of each pair (k, l), (-k, -l) of a set that holds both, in its order, without the mean mode:
/// k > 0, or k = 0 and l > 0. All that a steady flow needs, which cannot tell k from -k.
ModeSet half_plane_of(const ModeSet& modes);

/// max over modes of max(|k|, |l|).
int max_wavenumber(const ModeSet& modes);

/// Position of (k, l) in the set, if it is there.
std::optional<std::size_t> find_mode(const ModeSet& modes, int k, int l);

/// |(k, l)|^2 of mode m.
inline int k_squared(const ModeSet& modes, std::size_t m) {
  return modes.k[m] * modes.k[m] + modes.l[m] * modes.l[m];
}

/// (2 pi |k|)^2 of mode m.
inline double wave_squared(const ModeSet& modes, std::size_t m) {
  return kTwoPi * kTwoPi * k_squared(modes, m);
}

/// Throws Error if k and l differ in length, the set is empty, a mode appears twice, or a
/// wavenumber exceeds kLargestWavenumber.
void require_valid(const ModeSet& modes);

}  // namespace lagoon::flow
