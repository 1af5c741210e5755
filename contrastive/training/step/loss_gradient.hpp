#pragma once

#include <vector>

#include <torch/types.h>

#include "contrastive/objective/model.hpp"
#include "contrastive/objective/objective.hpp"

namespace lagoon::contrastive {

/// The loss of a batch, and its gradient by all that it sees itself; undefined where it does not
/// depend on something, or that is not trained.
struct LossGradient {
  torch::Tensor loss;  ///< a scalar
  torch::Tensor by_z_u, by_z_v, by_negatives_u, by_negatives_v;
  std::vector<torch::Tensor> by_parameters;  ///< temperature and bias, in the parameters' order
};

/// `batch` holds embeddings without their graphs, those that are trained requiring a gradient.
/// (Of a batch that is shared out among ranks: contrastive/training/global_loss.hpp.)
LossGradient loss_gradient(const Model& model, const std::vector<torch::Tensor>& parameters,
                           const ObjectiveOptions& objective, const EncodedBatch& batch);

/// The gradient of whatever has the derivatives `by` by the tensors `of`, which were made of the
/// batch's embeddings and of the parameters; its loss is `loss`.
LossGradient differentiate(const std::vector<torch::Tensor>& parameters, const EncodedBatch& batch,
                           const std::vector<torch::Tensor>& of,
                           const std::vector<torch::Tensor>& by, const torch::Tensor& loss);

}  // namespace lagoon::contrastive
