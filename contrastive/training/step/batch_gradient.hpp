#pragma once

#include <functional>
#include <vector>

#include <torch/types.h>

#include "contrastive/communication/communicator.hpp"
#include "contrastive/encoders/computation.hpp"
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

/// A batch that ranks share: each holds its rows of it, and its gradient is a share that sums over
/// ranks to the whole.
struct SharedBatch {
  Communicator* ranks = nullptr;  ///< none: this process has the whole batch
  std::int64_t n = 0;             ///< its pairs, of all ranks
  /// Told the parts of u's encoder when they are complete, before v's backward begins: time to sum
  /// them over ranks meanwhile.
  std::function<void(const std::vector<std::vector<torch::Tensor>>&)> after_u = {};
};

/// Rows of a batch that one thread takes at a time, unless the encoder asks for fewer.
inline constexpr std::int64_t kShardRows = 256;

/// How a batch's gradient is computed; nothing of it changes what is computed beyond rounding.
struct GradientPlan {
  std::int64_t shard_rows = kShardRows;
  Computation encoders = {};
  /// Embeddings are computed first, without graphs, then again shard by shard with backward: the
  /// memory of a shard a thread, whatever the batch. Encoders draw no random numbers, so the second
  /// time is the first again, with no random state to restore.
  bool cache = false;
};

/// Computes it by shards of rows: the encoders of each shard run forward and backward on one
/// thread, and only the loss sees the whole batch. Threads meet twice a step instead of at every
/// layer, and the bits do not depend on their number. `parameters` are those of the model that are
/// trained; `negatives` is the second batch of negatives = second_batch, else it is empty.
BatchGradient batch_gradient(const Model& model, const std::vector<torch::Tensor>& parameters,
                             const ObjectiveOptions& objective, const PairBatch& batch,
                             const PairBatch& negatives, Stopwatch& stopwatch,
                             const GradientPlan& plan = {}, const SharedBatch& shared = {});

}  // namespace lagoon::contrastive
