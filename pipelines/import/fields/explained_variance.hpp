#pragma once

#include <vector>

#include "flow/projection/random_mode_prior.hpp"
#include "pipelines/import/fields/snapshot_projection.hpp"

namespace lagoon::pipelines {

/// What the modes |k|, |l| <= max_wavenumber keep of a set of snapshots: 1 - (sum of squares of
/// what they leave) / (sum of squares of the field about its mean), sums over snapshots and points.
struct ExplainedVariance {
  int max_wavenumber = 0;
  double psi = 0, velocity = 0;                ///< over the torus: Parseval
  double psi_inside = 0, velocity_inside = 0;  ///< where the box is as it was
  double given_velocity = 0;  ///< of the velocity that was given, there; NaN for other fields
  flow::RandomModePrior power, matern;  ///< fitted to the kept modes; m^2/s
};

/// Truncations to `wavenumbers`, of snapshots on a torus of `side` metres.
std::vector<ExplainedVariance> explained_variances(const std::vector<SnapshotProjection>& snapshots,
                                                   const std::vector<int>& wavenumbers,
                                                   double side);

/// psi_hat (snapshot, mode) of the snapshots on the half plane of modes, m^2/s.
std::vector<std::complex<double>> half_plane_psi_hat(
    const std::vector<SnapshotProjection>& snapshots, int max_wavenumber);

}  // namespace lagoon::pipelines
