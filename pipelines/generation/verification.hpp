#pragma once

#include "datasets/reader.hpp"

namespace lagoon::pipelines {

/// How far stored positions are from an integration of their own.
struct Verification {
  std::int64_t n_flows = 0;
  double largest_departure = 0;  ///< max |stored - integrated| over both components
  double allowed = 0;            ///< of the step, plus the reference's own error, plus rounding
};

/// Follows the drifters of `n_samples` flows, evenly spread over the file, again from their stored
/// psi_hat and amplitudes, observes them again by the noise, gaps and stations that the seed gives,
/// and compares. The reference is adaptive Dormand-Prince for RK4; Brownian paths are those of the
/// file's own scheme and steps, to rounding. Throws Error naming the first flow that departs by
/// more than is allowed, in positions, station velocities or fields.
Verification verify_trajectories(const datasets::Reader& reader, int n_samples, int threads);

}  // namespace lagoon::pipelines
