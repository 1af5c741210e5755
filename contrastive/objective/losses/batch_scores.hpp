#pragma once

#include "contrastive/objective/log_mean_exps.hpp"
#include "contrastive/objective/objective.hpp"

namespace lagoon::contrastive {

/// The sums that losses need, over any two sets of embeddings, and who sums.
struct BatchScores {
  Tilting tilting;
  torch::Tensor inverse_temperature;
  bool is_streaming;

  /// The whole matrix (B_u, B_v).
  torch::Tensor log_rho_of(const torch::Tensor& z_u, const torch::Tensor& z_v) const;

  /// log_rho of the positive pairs (P).
  torch::Tensor of_pairs(const EncodedBatch& batch) const;

  /// The normalisers of rows and columns of log_rho(z_u, z_v).
  LogMeanExps normalizers(const torch::Tensor& z_u, const torch::Tensor& z_v,
                          const Targets& targets, Sides sides) const;

  /// The mean of softplus(log_rho(z_u, z_v) + bias).
  torch::Tensor mean_of_softplus(const torch::Tensor& z_u, const torch::Tensor& z_v,
                                 const torch::Tensor& bias, const Targets& targets) const;
};

/// What a loss is computed from: the batch is complete, as objective.hpp asks for.
struct LossInput {
  const ObjectiveOptions& options;
  const EncodedBatch& batch;
  BatchScores scores;
  torch::Tensor bias;  ///< of a loss that learns one; undefined for others

  bool has_second_batch() const { return options.has_second_batch(); }
};

/// conditional_of_batch, joint_of_batch, ...: each loss of losses.def, a differentiable scalar.
#define LAGOON_LOSS(name, traits) torch::Tensor name##_of_batch(const LossInput& input);
#include "contrastive/objective/losses/losses.def"
#undef LAGOON_LOSS

}  // namespace lagoon::contrastive
