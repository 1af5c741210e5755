#pragma once

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/eulerian_observations.hpp"

namespace lagoon::flow {

// What is observed of a flow itself at t = 0 is linear in the control vector (n), but for the law's
// mean velocity. Noise apart, stations see station_map * control + (mean velocity, repeated).

/// (2 S, n): velocity_x of the S stations, then velocity_y.
Eigen::MatrixXd station_map(const Law& law, const ControlSpace& space,
                            const EulerianObservations& stations);

/// (grid^2, n): vorticity at the points (i / grid, j / grid), j fastest.
Eigen::MatrixXd vorticity_map(const Law& law, const ControlSpace& space, int grid);

/// sqrt(1/2 sum (2 pi |k|)^4 prior_std^2): the rms vorticity at a point under the law.
double rms_vorticity(const Law& law);

}  // namespace lagoon::flow
