#include "flow/prior.hpp"

#include <cassert>
#include <cmath>
#include <numbers>

#include "flow/exponential.hpp"

namespace lagoon::flow {

namespace {

/// prior_std (g + i g') / sqrt 2 with standard normals g, g'.
std::complex<double> complex_normal(double prior_std, const DrawKey& key, std::uint32_t index) {
  const auto [a, b] = normal_pair(key, index);
  const double scale = prior_std / std::numbers::sqrt2;
  return {scale * a, scale * b};
}

}  // namespace

void draw_psi_hat(const Law& law, const DrawKey& key, std::span<std::complex<double>> psi_hat) {
  assert(psi_hat.size() == law.n_modes());
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    psi_hat[m] = complex_normal(law.prior_std[m], key, static_cast<std::uint32_t>(m));
  }
}

void draw_amplitudes(const Law& law, const DrawKey& key,
                     std::span<const std::complex<double>> psi_hat,
                     std::span<std::complex<double>> amplitudes) {
  const std::size_t n_modes = law.n_modes();
  assert(psi_hat.size() == n_modes && amplitudes.size() == law.n_times() * n_modes);
  std::span<const std::complex<double>> before = psi_hat;
  double begin = 0;
  for (std::size_t j = 0; j < law.n_times(); begin = law.times[j], ++j) {
    const auto now = amplitudes.subspan(j * n_modes, n_modes);
    for (std::size_t m = 0; m < n_modes; ++m) {
      const double exponent = law.damping[m] * (law.times[j] - begin);
      const double fresh = law.prior_std[m] * std::sqrt(-exponential(-2 * exponent).minus_one);
      const auto index = static_cast<std::uint32_t>(j * n_modes + m);
      now[m] = exponential(-exponent).value * before[m] + complex_normal(fresh, key, index);
    }
    before = now;
  }
}

}  // namespace lagoon::flow
