#pragma once

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/variational/normal_equations.hpp"

namespace lagoon::flow::variational {

/// The misfit of observed tracks to the trajectories of a control.
class TrajectoryMisfit {
 public:
  /// All arguments must outlive it.
  TrajectoryMisfit(const Kernel& kernel, const Law& law, const ControlSpace& space,
                   const ObservedSteps& observed)
      : kernel_(kernel), law_(law), observed_(observed), flow_(law, space) {}

  /// Not a finite number where a drifter is lost.
  double value(const Eigen::VectorXd& control) { return follow(control, Follow::position).value; }
  /// With the derivatives by the control of the very steps taken: the tangent-linear's.
  Misfit linearised(const Eigen::VectorXd& control) { return follow(control, Follow::tangent); }

 private:
  Misfit follow(const Eigen::VectorXd& control, Follow follow);

  const Kernel& kernel_;
  const Law& law_;
  const ObservedSteps& observed_;
  WaveFlow flow_;
};

}  // namespace lagoon::flow::variational
