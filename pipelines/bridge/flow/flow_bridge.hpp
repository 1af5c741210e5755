#pragma once

#include "pipelines/bridge/bridge_run.hpp"
#include "pipelines/bridge/flow/options.hpp"

namespace lagoon::pipelines {

/// Writes OUT/index.html, pictures, summary.json and the trained weights, from which --resume goes
/// on.
int run_flow_bridge(const FlowBridgeOptions& options, const BridgeRun& run,
                    const Invocation& invocation);

}  // namespace lagoon::pipelines
