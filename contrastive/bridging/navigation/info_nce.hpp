#pragma once

#include <cstdint>
#include <span>

namespace lagoon::contrastive::navigation {

/// Rows of embeddings and of the gradient by them, `stride` numbers from one to the next.
struct EmbeddingTable {
  const float* values;
  float* gradients;
  int stride;
};

/// Explicit InfoNCE of one anchor, -log softmax(f(anchor, .))[positive] over its candidates, with
/// the critic f(x, y) = -scale / 2 |x - y|^2 on `dim` numbers; the first candidate is the positive
/// one. Returns the loss, and adds `weight` times its gradients to both tables.
double add_info_nce(const EmbeddingTable& anchors, std::int32_t anchor,
                    const EmbeddingTable& candidates, std::span<const std::int32_t> rows, int dim,
                    float scale, float weight);

}  // namespace lagoon::contrastive::navigation
