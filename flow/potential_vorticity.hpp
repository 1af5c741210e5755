#pragma once

#include <complex>
#include <span>
#include <vector>

#include "flow/modes.hpp"

namespace lagoon::flow {

/// A real field on the unit torus by its Fourier coefficients:
/// value(x, y) = sum over -n/2 < k, l < n/2 of c(k, l) exp(2 pi i (k x + l y)), c(-k, -l) = conj
/// c(k, l). The wavenumbers n/2 of a grid are left out: their derivative is not defined.
class SpectralField {
 public:
  /// The coefficients of values on the n x n grid, value (i, j) = values[i * n + j] at (i/n, j/n),
  /// x index first, by FFTW. Throws Error unless n >= 4 is even and there are n * n values. FFTW
  /// plans one at a time: not to be called from two threads at once.
  static SpectralField from_grid(std::span<const double> values, int n);

  int max_wavenumber() const { return max_wavenumber_; }
  std::complex<double> coefficient(int k, int l) const;

  /// Calls change(k, l, c) on the stored half of the coefficients (l >= 0).
  template <typename Change>
  void for_each(Change&& change);
  template <typename Visit>
  void for_each(Visit&& visit) const;

 private:
  std::size_t position(int k, int l) const {
    return static_cast<std::size_t>(k + max_wavenumber_) * (max_wavenumber_ + 1) + l;
  }
  int max_wavenumber_ = 0;
  std::vector<std::complex<double>> coefficients_;  // (2 max + 1, max + 1): k, then l >= 0
};

/// Takes the planetary part out of a potential vorticity q (n, n) that is periodic in x and climbs
/// by a constant across y: subtracts jump * j / n. The jump over the whole period is measured: the
/// mean over x of q's last row minus its first, carried on by one spacing with the mean slope of
/// both ends. Returns the jump.
double remove_planetary_part(std::span<double> q, int n);

/// psi of laplacian psi - F psi = q' on a box of side 2 pi: psi(k, l) = -q'(k, l) / (k^2 + l^2 +
/// F), psi(0, 0) = 0. F = (L / deformation radius)^2 >= 0, the box being 2 pi L; F = 0 is the
/// barotropic case. Throws Error if F < 0.
SpectralField invert_potential_vorticity(const SpectralField& q_prime, double F);

/// Only the wavenumbers |k|, |l| <= max_wavenumber.
SpectralField truncate(const SpectralField& field, int max_wavenumber);

SpectralField scaled(const SpectralField& field, double factor);

/// Mean square speed over the torus: sum (2 pi |k|)^2 |c(k, l)|^2.
double velocity_variance(const SpectralField& psi);

/// One of each pair (k, l), (-k, -l) with |k|, |l| <= max_wavenumber, without the mean mode, k
/// outermost: k > 0, or k = 0 and l > 0. All that a steady flow needs, which cannot tell k from -k.
ModeSet half_plane_modes(int max_wavenumber);

/// psi_hat of the field's part in the given modes, so that Re sum psi_hat_m e_m is that part: c(k,
/// l) for a mode whose mirror (-k, -l) is in the set too, 2 c(k, l) for one that stands alone.
std::vector<std::complex<double>> project(const SpectralField& psi, const ModeSet& modes);

/// Velocities (box lengths and any unit of time) at points of the unit torus.
struct VelocitySamples {
  std::vector<double> x, y;                    ///< (point) where
  std::vector<double> velocity_x, velocity_y;  ///< (point)

  std::size_t size() const { return x.size(); }
};

/// (-d psi/dy, d psi/dx) at the points, by the direct sum over all wavenumbers.
VelocitySamples velocity_at(const SpectralField& psi, std::span<const double> x,
                            std::span<const double> y);

/// observed ~ amplitude * model + mean flow, by least squares over both components.
struct VelocityFit {
  double amplitude = 1;
  double mean_x = 0, mean_y = 0;
  double r_squared = 0;             ///< 1 - residual / variance about the observed mean
  double r_squared_about_zero = 0;  ///< 1 - residual / mean square of the observed: the fitted mean
                                    ///< flow counts as explained
};

/// Least squares for amplitude and, if asked for, the mean flow. Throws Error for fewer than two
/// points or a model at rest.
VelocityFit fit_velocity(const VelocitySamples& model, const VelocitySamples& observed,
                         bool with_mean_flow = true);

/// The same with the amplitude given.
VelocityFit fit_mean_flow(const VelocitySamples& model, const VelocitySamples& observed,
                          double amplitude);

struct DeformationFit {
  double F = 0;
  VelocityFit velocity;
};

/// The F in [0.1, 1000] (a scan, then Brent's search in ln F), amplitude and mean flow with which
/// the inverted q' explains most of the observed velocities.
DeformationFit fit_deformation(const SpectralField& q_prime, const VelocitySamples& observed);

template <typename Change>
void SpectralField::for_each(Change&& change) {
  for (int k = -max_wavenumber_; k <= max_wavenumber_; ++k) {
    for (int l = 0; l <= max_wavenumber_; ++l) change(k, l, coefficients_[position(k, l)]);
  }
}

template <typename Visit>
void SpectralField::for_each(Visit&& visit) const {
  for (int k = -max_wavenumber_; k <= max_wavenumber_; ++k) {
    for (int l = 0; l <= max_wavenumber_; ++l) visit(k, l, coefficients_[position(k, l)]);
  }
}

}  // namespace lagoon::flow
