#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/eulerian_observations.hpp"
#include "flow/law/law.hpp"
#include "flow/random.hpp"
#include "pipelines/bridge/flow/options.hpp"
#include "pipelines/pairs/whitening.hpp"

namespace lagoon::pipelines {

/// What can be seen of the flows of one law. Given the flow, noises are independent, so the
/// instruments are: what [CE] assumes.
struct FlowInstruments {
  flow::Law law;
  flow::ControlSpace space;
  flow::EulerianObservations stations;
  Eigen::MatrixXd station_map;    ///< (2 S, n)
  Eigen::MatrixXd vorticity_map;  ///< (grid^2, n)
  double vorticity_noise_std = 0;
  int steps_per_interval = 1;
};

/// Places of drifters and stations are uniform, by the law's seed.
FlowInstruments make_instruments(const FlowBridgeOptions& options, int threads);

/// Flows first ... first + n - 1 of a stream.
struct FlowRange {
  std::uint64_t seed = 0;
  flow::Purpose purpose = flow::Purpose::train;  ///< train | test
  std::uint64_t first = 0;
  std::int64_t n = 0;
};

/// Which observations of flows are made.
struct Wanted {
  bool trajectories = false;
  bool velocities = false;
  bool vorticity = false;
};

/// Row i is of the same flow everywhere; what was not wanted is empty.
struct ObservedFlows {
  FeatureRows controls;      ///< (flow, n) the bridge: psi_hat over its prior's standard deviation
  FeatureRows trajectories;  ///< (flow, 2 P J) noisy x, then y, of (drifter, time)
  FeatureRows velocities;    ///< (flow, 2 S) noisy
  FeatureRows vorticity;     ///< (flow, grid^2) noisy
};

/// A function of instruments, range and what is wanted of it: what is not wanted changes nothing of
/// what is.
ObservedFlows observe_flows(const FlowInstruments& instruments, const FlowRange& range,
                            const Wanted& wanted, int threads);

}  // namespace lagoon::pipelines
