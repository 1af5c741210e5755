#pragma once

#include <vector>

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/variational/time_steps.hpp"

namespace lagoon::flow {

/// The RK4 steps in which the variational method follows drifters.
struct TangentSteps {
  int steps = 100;  ///< of [0, T]: none is longer than T / steps; release times are nodes,
                    ///< and positions between them are by cubic Hermite interpolation
  int steps_per_interval = 0;  ///< above 0, instead: the steps of integrate_fixed
};

/// Trajectories of one flow and how they depend on the control vector (n).
struct TangentTrajectories {
  std::vector<double> x, y;  ///< (drifter, time), as integrate_fixed gives them
  Eigen::MatrixXd dx, dy;    ///< (drifter * time, n) derivatives by the control
};

/// The law's drifters in the flow of a control, with the exact derivatives of the very steps taken:
/// the tangent-linear model d' = grad velocity d + (d velocity / d control), by the same RK4. Where
/// the steps are those of integrate_fixed, so are the positions, but for rounding.
/// Throws Error for laws with damping or diffusivity, steps below 1, a control of another length or
/// not finite, and trajectories that overflow.
TangentTrajectories tangent_trajectories(const Law& law, const ControlSpace& space,
                                         const TangentSteps& steps, const Eigen::VectorXd& control);

namespace variational {

/// The steps of the clock, from 0 to the last observation time.
std::vector<TimeStep> make_steps(const Law& law, const TangentSteps& steps);

/// Throws Error for laws whose trajectories are no function of the control: with damping or
/// diffusivity.
void require_deterministic(const Law& law);

/// Throws Error, naming it, unless a control has n finite components.
void require_control(const ControlSpace& space, const Eigen::VectorXd& control);

}  // namespace variational
}  // namespace lagoon::flow
