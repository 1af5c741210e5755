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
  /// x index first, by FFTW. Throws Error unless n >= 4 is even and there are n * n values.
  static SpectralField from_grid(std::span<const double> values, int n);

  int max_wavenumber() const { return max_wavenumber_; }
  /// c(k, l); 0 beyond max_wavenumber().
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

/// Values on the n x n grid of from_grid, by FFTW. Throws Error unless n > 2 max_wavenumber is
/// even.
std::vector<double> grid_values(const SpectralField& field, int n);

/// d/dx and d/dy: 2 pi i k c and 2 pi i l c.
SpectralField derivative_x(const SpectralField& field);
SpectralField derivative_y(const SpectralField& field);

/// Only the wavenumbers |k|, |l| <= max_wavenumber.
SpectralField truncate(const SpectralField& field, int max_wavenumber);

/// The field times a factor.
SpectralField scaled(const SpectralField& field, double factor);

/// How many coefficients a stored one stands for: with l > 0 also its mirror.
inline double multiplicity(int l) {
  return l == 0 ? 1 : 2;
}

/// Variance over the torus: sum |c(k, l)|^2 without the mean (Parseval).
double variance(const SpectralField& field);

/// Mean square speed over the torus: sum (2 pi |k|)^2 |c(k, l)|^2.
double velocity_variance(const SpectralField& psi);

/// One of each pair (k, l), (-k, -l) with |k|, |l| <= max_wavenumber, without the mean mode, k
/// outermost: k > 0, or k = 0 and l > 0. All that a steady flow needs, which cannot tell k from -k.
ModeSet half_plane_modes(int max_wavenumber);

/// psi_hat of the field's part in the given modes, so that Re sum psi_hat_m e_m is that part: c(k,
/// l) for a mode whose mirror (-k, -l) is in the set too, 2 c(k, l) for one that stands alone.
std::vector<std::complex<double>> project(const SpectralField& psi, const ModeSet& modes);

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
