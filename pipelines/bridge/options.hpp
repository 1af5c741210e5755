#pragma once

#include "pipelines/bridge/bridge_run.hpp"
#include "pipelines/bridge/chain/chain_options.hpp"
#include "pipelines/bridge/decide/decide_options.hpp"
#include "pipelines/bridge/embeddings/embeddings_options.hpp"
#include "pipelines/bridge/flow/options.hpp"
#include "pipelines/bridge/maze/maze_options.hpp"

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

}  // namespace lagoon::pipelines
