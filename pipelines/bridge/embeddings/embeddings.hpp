#pragma once

#include "pipelines/bridge/bridge_run.hpp"
#include "pipelines/bridge/embeddings/embeddings_options.hpp"

namespace lagoon::pipelines {

/// Scores rows of A and C directly and through the bridge samples of B, which are read in
/// stretches. Writes OUT/index.html, summary.json, a picture where A and C have as many rows, and
/// with --grid scores.h5.
int run_embeddings(const EmbeddingsOptions& options, const BridgeRun& run,
                   const Invocation& invocation);

}  // namespace lagoon::pipelines
