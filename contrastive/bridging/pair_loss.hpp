#pragma once

#include <torch/types.h>

#include "contrastive/bridging/critic.hpp"

namespace lagoon::contrastive {

/// Loss of a batch of one pair and its gradients.
struct PairLoss {
  double value = 0;
  torch::Tensor left, right;  ///< of the embeddings, (n, E)
  double log_scale = 0;
};

/// Symmetric InfoNCE of the embeddings x, y (n, E) of n pairs, times `weight`: the mean over the
/// batch of -1/2 log softmax of its row - 1/2 log softmax of its column of scale * critic(x, y).
PairLoss pair_loss(const Link& link, const torch::Tensor& x, const torch::Tensor& y, double weight);

}  // namespace lagoon::contrastive
