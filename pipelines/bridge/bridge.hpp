#pragma once

#include "pipelines/bridge/options.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// Writes OUT/index.html, the pictures and summary.json (what --json gets).
int run_bridge(const BridgeOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
