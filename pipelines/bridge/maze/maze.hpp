#pragma once

#include "pipelines/bridge/bridge_run.hpp"
#include "pipelines/bridge/maze/maze_options.hpp"

namespace lagoon::pipelines {

/// Writes OUT/index.html, the pictures and summary.json (what --json gets), and OUT/fits.jsonl,
/// from which --resume goes on.
int run_maze(const MazeOptions& options, const BridgeRun& run, const Invocation& invocation);

}  // namespace lagoon::pipelines
