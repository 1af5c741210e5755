#pragma once

#include <torch/types.h>

#include "contrastive/communication/communicator.hpp"
#include "contrastive/inference/embed.hpp"
#include "contrastive/inference/retrieval.hpp"

namespace lagoon::contrastive {

/// score_retrieval(embedder.u(u), embedder.v(v)) on every rank, which all have the features: each
/// embeds its share and ranks the partners of its share of the queries. To the bit what one process
/// finds.
RetrievalScores shared_scores(const Embedder& embedder, const torch::Tensor& u,
                              const torch::Tensor& v, Communicator& ranks);

}  // namespace lagoon::contrastive
