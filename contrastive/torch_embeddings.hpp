#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include <torch/types.h>

#include "contrastive/embeddings.hpp"

namespace lagoon::contrastive {

/// Rows [first, first + count) as a tensor that shares their memory, to be read only.
torch::Tensor rows_of(const Embeddings& embeddings, std::int64_t first, std::int64_t count);

/// Places of rows as index_select takes them, a copy.
torch::Tensor row_index(std::span<const std::int64_t> rows);

/// Adds rows (n, E) of float32 on the CPU behind those that are there.
void append(Embeddings& all, const torch::Tensor& rows);

/// `map` gives rows (n, E) of features (n, ...): those of all features, a block of them at a time,
/// on all threads, without gradients.
Embeddings embed_in_blocks(const torch::Tensor& features,
                           const std::function<torch::Tensor(const torch::Tensor&)>& map);

}  // namespace lagoon::contrastive
