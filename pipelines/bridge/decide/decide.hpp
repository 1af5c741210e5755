#pragma once

#include "pipelines/bridge/bridge_run.hpp"
#include "pipelines/bridge/decide/decide_options.hpp"

namespace lagoon::pipelines {

/// Writes OUT/index.html, the picture, summary.json and fits.jsonl, one line a finished trial, from
/// which --resume goes on.
int run_decide(const DecideOptions& options, const BridgeRun& run, const Invocation& invocation);

}  // namespace lagoon::pipelines
