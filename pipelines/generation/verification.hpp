#pragma once

#include "datasets/reader.hpp"

namespace lagoon::pipelines {

/// How far stored positions are from an integration of their own.
struct Verification {
  std::int64_t n_flows = 0;
  double largest_departure = 0;  ///< max |stored - integrated| over both components
  double allowed = 0;            ///< tolerance + the reference's own error + rounding to storage
};

/// Integrates `n_samples` flows, evenly spread over the file, by adaptive Dormand-Prince from their
/// stored psi_hat, adds the noise that the seed gives, and compares. Throws Error naming the first
/// flow that departs by more than is allowed.
Verification verify_trajectories(const datasets::Reader& reader, int n_samples, int threads);

}  // namespace lagoon::pipelines
