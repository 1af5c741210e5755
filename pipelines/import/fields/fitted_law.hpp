#pragma once

#include <array>
#include <complex>
#include <vector>

#include "flow/law/law.hpp"
#include "flow/projection/frequency_fit.hpp"
#include "flow/projection/random_mode_prior.hpp"
#include "pipelines/import/fields/snapshot_projection.hpp"

namespace lagoon::pipelines {

/// Snapshots as flows of one law; lengths in sides of the torus, time such that the window of days
/// is final_time.
struct FittedFlows {
  flow::Law law;
  std::vector<std::complex<double>> psi_hat;  ///< (snapshot, mode)
  double length_m = 0, time_s = 0;            ///< the units
  flow::RandomModePrior prior;                ///< in these units
  bool steady = true;                         ///< or omega and damping are fitted
  flow::ModeRates rates;                      ///< in these units; empty if steady
  std::array<double, 2> mean_velocity = {};   ///< m/s: the planes' mean over the snapshots
  double mean_velocity_spread = 0;            ///< m/s: rms of each snapshot's departure from it
};

/// The law that is fitted to all snapshots: modes of a half plane, prior_std about zero, rates by
/// the autocovariance of consecutive snapshots (frequencies fit; auto: from 10 on, but not of
/// mirror images, which travel both ways; else steady), the planes' mean slope as mean velocity,
/// release points and times as asked. Throws Error where rates are asked for of one snapshot, of
/// mirror images, or of snapshots that are not evenly spaced.
FittedFlows fit_flows(const FieldSource& source, const std::vector<SnapshotProjection>& snapshots,
                      const FieldImportOptions& options);

}  // namespace lagoon::pipelines
