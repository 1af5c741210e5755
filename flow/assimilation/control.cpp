#include "flow/assimilation/control.hpp"

#include <numbers>
#include <string>

#include "flow/error.hpp"

namespace lagoon::flow {

ControlSpace::ControlSpace(const Law& law, const UnknownDrift& drift)
    : n_law_modes_(law.n_modes()), drift_(drift) {
  require(drift.terms >= 1 && drift.terms <= kMostDriftTerms,
          "a mean velocity of " + std::to_string(drift.terms) + " terms: give 1 to " +
              std::to_string(kMostDriftTerms));
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    if (law.prior_std[m] <= 0 || k_squared(law.modes, m) == 0) continue;
    modes_.push_back(m);
    scales_.push_back(law.prior_std[m] / std::numbers::sqrt2);
  }
  require(!modes_.empty(),
          "every mode of the law has prior_std 0: there is nothing to estimate (give a prior)");
}

std::array<double, 2> ControlSpace::mean_velocity(
    const Law& law, const Eigen::Ref<const Eigen::VectorXd>& control) const {
  std::array<double, 2> velocity = law.mean_velocity;
  if (!has_mean_velocity()) return velocity;
  velocity[0] += drift_scale(0) * control[n_coefficients()];
  velocity[1] += drift_scale(0) * control[n_coefficients() + 1];
  return velocity;
}

std::vector<std::complex<double>> ControlSpace::psi_hat(
    const Eigen::Ref<const Eigen::VectorXd>& control) const {
  std::vector<std::complex<double>> result(n_law_modes_);
  for (std::size_t i = 0; i < modes_.size(); ++i) {
    const auto at = 2 * static_cast<Eigen::Index>(i);
    result[modes_[i]] = scales_[i] * std::complex<double>(control[at], control[at + 1]);
  }
  return result;
}

Eigen::VectorXd ControlSpace::control(std::span<const std::complex<double>> psi_hat) const {
  Eigen::VectorXd result = Eigen::VectorXd::Zero(size());
  for (std::size_t i = 0; i < modes_.size(); ++i) {
    const auto at = 2 * static_cast<Eigen::Index>(i);
    result[at] = psi_hat[modes_[i]].real() / scales_[i];
    result[at + 1] = psi_hat[modes_[i]].imag() / scales_[i];
  }
  return result;
}

}  // namespace lagoon::flow
