#pragma once

#include <complex>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/posterior.hpp"

namespace lagoon::flow {

/// The control vectors (n, member) of a library psi_hat (member, mode of the law).
Eigen::MatrixXd library_controls(const Law& law, const ControlSpace& space,
                                 std::span<const std::complex<double>> psi_hat);

/// exp(power log_likelihood) over a library drawn from the prior, normalised (member): its
/// posterior for power 1 (importance sampling), a tempered one below. Throws Error unless the
/// largest is finite.
Eigen::VectorXd importance_weights(const Eigen::Ref<const Eigen::VectorXd>& log_likelihoods,
                                   double power = 1);

/// The power in [0, 1] whose weights have the effective sample size `target`, or more: 1 where the
/// weights themselves do. Throws Error unless 1 <= target <= members.
double power_of_sample_size(const Eigen::Ref<const Eigen::VectorXd>& log_likelihoods,
                            double target);

/// The likeliest member, which is the nearest trajectory; the first of equals.
Eigen::Index nearest_member(const Eigen::Ref<const Eigen::VectorXd>& log_likelihoods);

/// The members of a library that matter, and their weights, of sum 1.
struct KeptMembers {
  std::vector<Eigen::Index> members;
  Eigen::VectorXd weights;
};

/// Members whose weight is below this share of an equal weight are dropped: together they hold less
/// than that.
inline constexpr double kNegligibleShare = 1e-5;

/// Those of at least negligible / members each: the others, of less than `negligible` together, are
/// left out, without a sort. Weights (member) are of sum 1.
KeptMembers keep_members(const Eigen::VectorXd& weights, double negligible = kNegligibleShare);

/// The same as an ensemble: controls (n, member).
EnsemblePosterior weighted_members(const Eigen::MatrixXd& controls, const Eigen::VectorXd& weights,
                                   double negligible = kNegligibleShare);

/// Mean and standard deviation of each component (n) under weights, without a copy of the library.
struct WeightedMoments {
  Eigen::VectorXd mean;
  Eigen::VectorXd spread;
};
WeightedMoments weighted_moments(const Eigen::MatrixXd& controls, const Eigen::VectorXd& weights);

}  // namespace lagoon::flow
