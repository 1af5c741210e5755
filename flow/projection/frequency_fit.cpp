#include "flow/projection/frequency_fit.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

using Complex = std::complex<double>;

Complex correlation(std::span<const Complex> psi_hat, std::size_t n_modes, std::size_t mode,
                    std::size_t lag) {
  Complex covariance = 0;
  double before = 0, after = 0;
  for (std::size_t at = mode; at + lag * n_modes < psi_hat.size(); at += n_modes) {
    const Complex now = psi_hat[at], then = psi_hat[at + lag * n_modes];
    covariance += then * std::conj(now);
    before += std::norm(now);
    after += std::norm(then);
  }
  const double scale = std::sqrt(before * after);
  return scale == 0 ? Complex(0) : covariance / scale;
}

}  // namespace

ModeRates fit_mode_rates(std::span<const Complex> psi_hat, std::size_t n_modes, double interval,
                         int lag) {
  const std::size_t n_snapshots = psi_hat.size() / n_modes;
  require(lag >= 1 && n_snapshots > static_cast<std::size_t>(lag) + 1,
          "frequencies (--frequencies fit) over " + std::to_string(lag) +
              " snapshots (--lag) need at least " + std::to_string(lag + 2) + " snapshots, not " +
              std::to_string(n_snapshots) + ": give more, or --frequencies steady");
  ModeRates rates;
  const double time = lag * interval;
  const double noise = 1 / std::sqrt(static_cast<double>(n_snapshots - lag));
  for (std::size_t mode = 0; mode < n_modes; ++mode) {
    const Complex r = correlation(psi_hat, n_modes, mode, lag);
    rates.omega.push_back(std::arg(r) / time);
    rates.damping.push_back(-std::log(std::clamp(std::abs(r), noise, 1.0)) / time);
    rates.n_uncorrelated += std::abs(r) < noise;
  }
  return rates;
}

}  // namespace lagoon::flow
