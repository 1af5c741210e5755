#pragma once

#include "pipelines/bridge/bridge_run.hpp"
#include "pipelines/bridge/chain/chain.hpp"
#include "pipelines/bridge/decide/decide.hpp"
#include "pipelines/bridge/embeddings/embeddings.hpp"
#include "pipelines/bridge/flow/flow_bridge.hpp"
#include "pipelines/bridge/maze/maze.hpp"

namespace lagoon::pipelines {

/// lagoon bridge STUDY --out DIR: modalities that were never seen together, compared through one
/// that was seen with either ([CE]).
struct BridgeOptions {
  BridgeRun run;
  ChainOptions chain;
  FlowBridgeOptions flow;
  EmbeddingsOptions embeddings;
  MazeOptions maze;
  DecideOptions decide;
};

/// The verb's options, one row each.
void declare_bridge(OptionTable& table, BridgeOptions& options);

/// Writes OUT/index.html, the pictures and summary.json (what --json gets).
int run_bridge(const BridgeOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
