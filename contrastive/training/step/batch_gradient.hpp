#pragma once

#include <vector>

#include <torch/types.h>

#include "contrastive/objective/model.hpp"
#include "contrastive/objective/targets.hpp"
#include "contrastive/options.hpp"
#include "contrastive/training/step/stopwatch.hpp"

namespace lagoon::contrastive {

/// Features of pairs; images and sequences keep their shape, only rows are ever cut.
struct PairBatch {
  torch::Tensor u, v;    ///< (B_u, F_u...), (B_v, F_v...)
  Targets targets = {};  ///< as default, row i of u belongs to row i of v
};

/// The loss of one batch and its gradient. The gradient of parameter p is the sum over s of
/// parts[s][p]; an undefined tensor is zero.
struct BatchGradient {
  torch::Tensor loss;
  std::vector<std::vector<torch::Tensor>> parts;
};

/// Rows of a batch that one thread takes at a time.
inline constexpr std::int64_t kShardRows = 128;

/// Computes it by shards of `shard_rows` rows: the encoders of each shard run forward and backward
/// on one thread, and only the loss sees the whole batch. Threads meet twice a step instead of at
/// every layer, and the bits do not depend on their number. `parameters` are those of the model
/// that are trained; `negatives` is the second batch of negatives = second_batch, else it is empty.
BatchGradient batch_gradient(const Model& model, const std::vector<torch::Tensor>& parameters,
                             const ObjectiveOptions& objective, const PairBatch& batch,
                             const PairBatch& negatives, Stopwatch& stopwatch,
                             std::int64_t shard_rows = kShardRows);

}  // namespace lagoon::contrastive
