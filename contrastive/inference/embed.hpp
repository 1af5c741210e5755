#pragma once

#include "contrastive/encoders/layers.hpp"
#include "contrastive/inference/embeddings.hpp"

namespace lagoon::contrastive {

/// Unit embeddings (n, E) of a table of features (n, F), in blocks, without gradients.
Embeddings embed(const Encoder& encoder, const torch::Tensor& features);

}  // namespace lagoon::contrastive
