#pragma once

#include <cstdint>
#include <functional>

#include "pipelines/pairs/pair_budget.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon bridge flow: instruments that never saw the same flow, bridged by its coefficients. The
/// defaults are the `quick` preset's.
struct FlowBridgeOptions {
  std::uint64_t law_seed = 0;
  int max_wavenumber = 1;
  double rms_speed = 5.5;
  int drifters = 8;
  int times = 20;
  int stations = 8;
  int grid = 8;        ///< points a side of the vorticity
  double noise = 10;   ///< percent of mean net displacement, rms speed and rms vorticity
  bool shared = true;  ///< one encoder of the coefficients for all pairs
  PairBudget encoders;
  int components = 60;           ///< principal components of the trajectories that the encoder sees
  std::int64_t pairs = 65536;    ///< flows seen by each pair of instruments
  std::int64_t held_out = 1000;  ///< flows that are looked for among as many
  std::int64_t pool = 100000;    ///< M, flows of the bridge
  std::int64_t joint_queries = 50;  ///< flows on which joint posteriors are scored
};

/// `flow`: true if the options matter.
void declare_flow_bridge(OptionTable& table, FlowBridgeOptions& options,
                         const std::function<bool()>& flow);

/// Throws Error for sizes that cannot be together.
void require_valid(const FlowBridgeOptions& options);

}  // namespace lagoon::pipelines
