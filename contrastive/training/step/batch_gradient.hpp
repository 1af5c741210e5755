#pragma once

#include <vector>

#include <torch/types.h>

#include "contrastive/objective/model.hpp"
#include "contrastive/training/step/stopwatch.hpp"

namespace lagoon::contrastive {

/// The loss of one batch and its gradient. The gradient of parameter p is the sum over s of
/// parts[s][p]; an undefined tensor is zero.
struct BatchGradient {
  torch::Tensor loss;
  std::vector<std::vector<torch::Tensor>> parts;
};

/// Rows of a batch that one thread takes at a time.
inline constexpr std::int64_t kShardRows = 128;

/// Computes it on features (B, F_u) and (B, F_v) by shards of kShardRows rows: the encoders of each
/// shard run forward and backward on one thread, and only the loss sees the whole batch. Threads
/// meet twice a step instead of at every layer, and the bits do not depend on their number.
/// `parameters` are those of the model that are trained.
BatchGradient batch_gradient(const Model& model, const std::vector<torch::Tensor>& parameters,
                             const torch::Tensor& features_u, const torch::Tensor& features_v,
                             double lambda_u, double lambda_v, Stopwatch& stopwatch);

}  // namespace lagoon::contrastive
