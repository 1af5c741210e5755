#pragma once

#include <Eigen/Core>

#include "flow/assimilation/conditional_gaussian/drifter_path.hpp"
#include "flow/assimilation/conditional_gaussian/velocity_design.hpp"
#include "flow/assimilation/posterior.hpp"

namespace lagoon::flow {

/// Where the velocity of an increment is taken.
///   left_point  where it begins: Euler-Maruyama's own, exact where the observations are its steps
///   trapezoid   the mean of both ends: no Ito sum, but nearer to it on coarse observations
enum class IncrementRule { left_point, trapezoid };

/// What Bayes' rule says of a flow.
struct ExactPosterior {
  GaussianPosterior posterior;
  double log_evidence = 0;  ///< log density of the seen increments, nats
  double information = 0;   ///< log-determinant of the prior's covariance over the posterior's, by
                            ///< two: what was learned, nats
};

/// Bayesian linear regression of a flow's increments on its velocity,
///   x(t_n+1) - x(t_n) = A(x(t_n), t_n) c dt + mean velocity dt + sqrt(2 diffusivity dt) normal,
/// with c standard normal (Chen, Majda & Tong, Nonlinearity 27, 2133 (2014), without noise in the
/// flow). What a gap's two ends would say together is left out. Any number of flows of a law, one
/// after another.
class IncrementRegression {
 public:
  /// Throws Error for a law without diffusivity, with observation noise or varying amplitudes.
  IncrementRegression(const Law& law, const ControlSpace& space,
                      IncrementRule rule = IncrementRule::left_point);

  /// Throws Error unless the tracks have the law's shape.
  ExactPosterior posterior(const Tracks& tracks) const;

 private:
  struct Sums;

  /// Phases of nodes first, ..., first + n of a drifter's path.
  Phases phases_along(const DrifterPath& path, std::size_t drifter, Eigen::Index first,
                      Eigen::Index n) const;
  void add(const DrifterPath& path, std::size_t drifter, Sums& sums) const;
  ExactPosterior solve(const Sums& sums) const;

  Law law_;
  ControlSpace space_;
  IncrementRule rule_;
  VelocityDesign design_;
  Phases at_times_;
  Phases at_releases_;
};

/// The same for one flow.
ExactPosterior exact_posterior(const Law& law, const ControlSpace& space, const Tracks& tracks,
                               IncrementRule rule = IncrementRule::left_point);

}  // namespace lagoon::flow
