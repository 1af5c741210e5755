#include "flow/projection/spectral_field.hpp"

#include <cmath>
#include <cstdlib>
#include <string>

#include "flow/error.hpp"
#include "flow/numerics/fftw_plan.hpp"

namespace lagoon::flow {
namespace {

using Complex = std::complex<double>;

// Place of (k, l >= 0) in FFTW's half of the coefficients, (n, n / 2 + 1).
std::size_t half_position(int k, int l, int n) {
  return static_cast<std::size_t>(k < 0 ? k + n : k) * (n / 2 + 1) + l;
}

// Unnormalised forward transform, (n, n / 2 + 1).
std::vector<Complex> forward_transform(std::span<const double> values, int n) {
  std::vector<double> input(values.begin(), values.end());
  std::vector<Complex> output(static_cast<std::size_t>(n) * (n / 2 + 1));
  FftwPlan::forward(n, input.data(), output.data()).execute();
  return output;
}

}  // namespace

SpectralField SpectralField::from_grid(std::span<const double> values, int n) {
  require(n >= 4 && n % 2 == 0 && values.size() == static_cast<std::size_t>(n) * n,
          "a gridded field must be n x n values with n even and at least 4, not " +
              std::to_string(values.size()) + " values with n = " + std::to_string(n));
  const std::vector<Complex> transform = forward_transform(values, n);
  SpectralField field;
  field.max_wavenumber_ = n / 2 - 1;
  field.coefficients_.resize(static_cast<std::size_t>(n - 1) * (n / 2));
  const double scale = 1.0 / (static_cast<double>(n) * n);
  field.for_each([&](int k, int l, Complex& c) { c = scale * transform[half_position(k, l, n)]; });
  return field;
}

Complex SpectralField::coefficient(int k, int l) const {
  if (std::abs(k) > max_wavenumber_ || std::abs(l) > max_wavenumber_) return 0;
  return l < 0 ? std::conj(coefficients_[position(-k, -l)]) : coefficients_[position(k, l)];
}

std::vector<double> grid_values(const SpectralField& field, int n) {
  require(n % 2 == 0 && n > 2 * field.max_wavenumber(),
          "a grid of " + std::to_string(n) + " points cannot hold wavenumber " +
              std::to_string(field.max_wavenumber()) + ": it must be even and more than twice it");
  std::vector<Complex> input(static_cast<std::size_t>(n) * (n / 2 + 1));
  field.for_each([&](int k, int l, Complex c) { input[half_position(k, l, n)] = c; });
  std::vector<double> output(static_cast<std::size_t>(n) * n);
  FftwPlan::backward(n, input.data(), output.data()).execute();
  return output;
}

SpectralField derivative_x(const SpectralField& field) {
  SpectralField result = field;
  result.for_each([](int k, int, Complex& c) { c *= Complex(0, kTwoPi * k); });
  return result;
}

SpectralField derivative_y(const SpectralField& field) {
  SpectralField result = field;
  result.for_each([](int, int l, Complex& c) { c *= Complex(0, kTwoPi * l); });
  return result;
}

SpectralField truncate(const SpectralField& field, int max_wavenumber) {
  SpectralField kept = field;
  kept.for_each([max_wavenumber](int k, int l, Complex& c) {
    if (std::abs(k) > max_wavenumber || l > max_wavenumber) c = 0;
  });
  return kept;
}

SpectralField scaled(const SpectralField& field, double factor) {
  SpectralField result = field;
  result.for_each([factor](int, int, Complex& c) { c *= factor; });
  return result;
}

double variance(const SpectralField& field) {
  double sum = 0;
  field.for_each([&sum](int k, int l, Complex c) {
    if (k != 0 || l != 0) sum += multiplicity(l) * std::norm(c);
  });
  return sum;
}

double velocity_variance(const SpectralField& psi) {
  double sum = 0;
  psi.for_each([&sum](int k, int l, Complex c) {
    sum += multiplicity(l) * kTwoPi * kTwoPi * (k * k + l * l) * std::norm(c);
  });
  return sum;
}

ModeSet half_plane_modes(int max_wavenumber) {
  return half_plane_of(square_modes(max_wavenumber));
}

std::vector<Complex> project(const SpectralField& psi, const ModeSet& modes) {
  std::vector<Complex> psi_hat(modes.size());
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const bool alone = !find_mode(modes, -modes.k[m], -modes.l[m]);
    psi_hat[m] = (alone ? 2.0 : 1.0) * psi.coefficient(modes.k[m], modes.l[m]);
  }
  return psi_hat;
}

}  // namespace lagoon::flow
