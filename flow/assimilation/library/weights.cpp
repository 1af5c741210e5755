#include "flow/assimilation/library/weights.hpp"

#include <cmath>
#include <string>

#include "flow/error.hpp"
#include "flow/scores/moments.hpp"

namespace lagoon::flow {

Eigen::MatrixXd library_controls(const Law& law, const ControlSpace& space,
                                 std::span<const std::complex<double>> psi_hat) {
  const std::size_t n_modes = law.n_modes();
  Eigen::MatrixXd controls(space.size(), static_cast<Eigen::Index>(psi_hat.size() / n_modes));
  for (Eigen::Index i = 0; i < controls.cols(); ++i) {
    controls.col(i) =
        space.control(psi_hat.subspan(static_cast<std::size_t>(i) * n_modes, n_modes));
  }
  return controls;
}

Eigen::VectorXd importance_weights(const Eigen::Ref<const Eigen::VectorXd>& log_likelihoods,
                                   double power) {
  require(log_likelihoods.size() > 0, "a library without members has no weights: draw some flows");
  const double largest = log_likelihoods.maxCoeff();
  require(std::isfinite(largest), "the largest log-likelihood of a library is " +
                                      std::to_string(largest) + ": it must be finite");
  const Eigen::VectorXd weights = (power * (log_likelihoods.array() - largest)).exp();
  return weights / weights.sum();
}

double power_of_sample_size(const Eigen::Ref<const Eigen::VectorXd>& log_likelihoods,
                            double target) {
  require(target >= 1 && target <= static_cast<double>(log_likelihoods.size()),
          "an effective sample size of " + std::to_string(target) + " of " +
              std::to_string(log_likelihoods.size()) + " members: give one from 1 to their number");
  const auto size_at = [&](double power) {
    return effective_sample_size(importance_weights(log_likelihoods, power));
  };
  if (size_at(1) >= target) return 1;
  // It falls with the power. Powers may be tiny: halve the logarithm's range, from 1e-30 to 1.
  constexpr double kSmallest = 1e-30;
  constexpr int kHalvings = 60;
  double low = std::log(kSmallest), high = 0;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (size_at(std::exp(middle)) >= target ? low : high) = middle;
  }
  return std::exp(low);
}

Eigen::Index nearest_member(const Eigen::Ref<const Eigen::VectorXd>& log_likelihoods) {
  Eigen::Index nearest = 0;
  log_likelihoods.maxCoeff(&nearest);
  return nearest;
}

KeptMembers keep_members(const Eigen::VectorXd& weights, double negligible) {
  const double least = negligible / static_cast<double>(weights.size());
  KeptMembers kept;
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    if (weights[i] >= least) kept.members.push_back(i);
  }
  kept.weights = weights(kept.members);
  kept.weights /= kept.weights.sum();
  return kept;
}

EnsemblePosterior weighted_members(const Eigen::MatrixXd& controls, const Eigen::VectorXd& weights,
                                   double negligible) {
  require(controls.cols() == weights.size(),
          std::to_string(weights.size()) + " weights for a library of " +
              std::to_string(controls.cols()) + " members: give one each");
  const KeptMembers kept = keep_members(weights, negligible);
  return {controls(Eigen::all, kept.members), kept.weights};
}

WeightedMoments weighted_moments(const Eigen::MatrixXd& controls, const Eigen::VectorXd& weights) {
  WeightedMoments moments = {controls * weights, Eigen::VectorXd(controls.rows())};
  for (Eigen::Index i = 0; i < controls.rows(); ++i) {
    const auto apart = controls.row(i).array() - moments.mean[i];
    moments.spread[i] = std::sqrt((apart.square() * weights.transpose().array()).sum());
  }
  return moments;
}

}  // namespace lagoon::flow
