#pragma once

#include <vector>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/observed/held_out_scores.hpp"
#include "flow/assimilation/posterior.hpp"
#include "flow/assimilation/tracks.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow {

/// What few waves and a drift leave of the velocity of a real drifter: a random velocity of
/// standard deviation `speed` a component whose Lagrangian integral time scale is `memory` (an
/// Ornstein-Uhlenbeck process). It carries the drifter a distance whose standard deviation, after
/// t, is
///   speed sqrt(2 memory (t - memory (1 - exp(-t / memory))))
/// (Taylor 1921): speed t at first.
struct UnresolvedMotion {
  double speed = 0;
  double memory = 0;

  /// Standard deviation of a component of that distance, t >= 0.
  double displacement_std(double t) const;
  /// It is not forgotten within the law's observation times.
  bool lasts(const Law& law) const { return memory >= law.times.back(); }
};

/// Drifters seen, and others (or the same, later) that are asked for in the same flow.
struct TrackCase {
  Law seen;                  ///< release points and observation times of those seen
  std::vector<double> x, y;  ///< (drifter, time) of those, NaN where nothing was seen
  Law asked;                 ///< of those asked for: released where and when they were last known
  std::vector<double> truth_x;  ///< (drifter, time) of those, NaN where it is not asked
  std::vector<double> truth_y;
  std::size_t unit = 0;  ///< whose errors go together

  Tracks tracks() const { return {x, y}; }
};

/// Places in truth_x that are asked for: those with a number.
std::vector<std::size_t> asked_places(const TrackCase& track_case);

/// Variance of a component of what no flow says of a place (drifter, time) of the law: the way of
/// the unresolved motion since the release, and an error of position.
double unresolved_variance(const Law& law, std::size_t place, const UnresolvedMotion& unresolved);

/// 4D-Var of the seen tracks: the posterior of the control of ControlSpace(seen, drift). Where the
/// unresolved motion is forgotten within the window, the tracks are taken as increments, from each
/// position to the next, whose errors are independent and add up to that motion in the seen time;
/// where it lasts, as a whole with one error a track (that of each position is so large that all
/// together say no more than one). The search begins at a control that is given (n), or where it
/// is empty at the regression of whole tracks, or at rest. Throws Error if no drifter was seen.
GaussianPosterior assimilate_case(const TrackCase& track_case, const UnknownDrift& drift,
                                  const UnresolvedMotion& unresolved,
                                  const Eigen::VectorXd& start = {});

/// Positions asked for (place, x | y): the drifters go with the flow of largest density under that
/// posterior; their spread is that of Laplace's approximation, through the tangent-linear model,
/// and of the unresolved motion since their release.
VectorForecast forecast_by_variational(const TrackCase& track_case, const UnknownDrift& drift,
                                       const UnresolvedMotion& unresolved,
                                       const GaussianPosterior& posterior);

/// They go as far in each time as the mean of the seen drifters, or (`nearest`) as the one that was
/// nearest at the release; without spread. Where none was seen they stay.
VectorForecast forecast_by_neighbours(const TrackCase& track_case, bool nearest);

/// They keep a velocity (drifter, x | y).
VectorForecast forecast_by_velocity(const TrackCase& track_case,
                                    const Eigen::MatrixX2d& velocities);

}  // namespace lagoon::flow
