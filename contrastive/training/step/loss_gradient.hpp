#pragma once

#include <vector>

#include <torch/types.h>

#include "contrastive/objective/model.hpp"
#include "contrastive/objective/objective.hpp"

namespace lagoon::contrastive {

/// The loss of a batch, and its gradients by all that it sees itself; undefined where it does not
/// depend on something, or that is not trained.
struct LossGradient {
  torch::Tensor loss;  ///< a scalar
  torch::Tensor by_z_u, by_z_v, by_negatives_u, by_negatives_v;
  std::vector<torch::Tensor> by_parameters;  ///< temperature and bias, in the parameters' order
};

/// `batch` holds embeddings without their graphs, those that are trained requiring a gradient.
LossGradient loss_gradient(const Model& model, const std::vector<torch::Tensor>& parameters,
                           const ObjectiveOptions& objective, const EncodedBatch& batch);

}  // namespace lagoon::contrastive
