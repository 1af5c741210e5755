#pragma once

#include <array>

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/variational/kernels/kernel.hpp"
#include "flow/assimilation/variational/observed_steps.hpp"

namespace lagoon::flow::variational {

/// A drifter's track smoothed: of all polynomials in time that begin at the release point at the
/// release time, the nearest to its observations in least squares. Its degree is kDegree, less for
/// fewer than twice as many observations.
class SmoothTrack {
 public:
  static constexpr Eigen::Index kDegree = 14;

  /// The track of one drifter, which was observed at least once.
  SmoothTrack(const Law& law, const ObservedSteps& observed, std::size_t drifter);

  /// {x, y}; after the last observation, where the track was then.
  std::array<double, 2> at(double t) const;

  /// What the polynomial leaves of the observations, both components.
  double sum_of_squares() const { return sum_of_squares_; }
  /// Observed numbers less fitted ones.
  Eigen::Index degrees_of_freedom() const { return degrees_of_freedom_; }

 private:
  /// T_d(2 s - 1) - T_d(-1), d = 1, 2, ..., s the time since the release over the observed one.
  Eigen::RowVectorXd basis(double t, Eigen::Index degree) const;

  std::array<double, 2> release_;
  double begin_ = 0;
  double length_ = 0;
  Eigen::MatrixX2d coefficients_;  ///< (degree, x | y)
  double sum_of_squares_ = 0;
  Eigen::Index degrees_of_freedom_ = 0;
};

/// The control by integral-form regression: velocity = mean velocity + A(x, t) control is linear in
/// the control along a known path, so that x(t) - x(0) is regressed on the integral of A along the
/// smoothed tracks, with the prior as its ridge. The error of an observation is taken from what
/// smoothing leaves of it, at least observation_std.
Eigen::VectorXd integral_start(const Kernel& kernel, const Law& law, const ControlSpace& space,
                               const ObservedSteps& observed, double observation_std);

}  // namespace lagoon::flow::variational
