#include "contrastive/training/step/loss_gradient.hpp"

#include <torch/csrc/autograd/autograd.h>

namespace lagoon::contrastive {

LossGradient loss_gradient(const Model& model, const std::vector<torch::Tensor>& parameters,
                           const ObjectiveOptions& objective, const EncodedBatch& batch) {
  const torch::Tensor loss = batch_loss(objective, model.tilting(), batch,
                                        model.temperature().inverse(), model.sigmoid_bias());
  return differentiate(parameters, batch, {loss}, {}, loss.detach());
}

LossGradient differentiate(const std::vector<torch::Tensor>& parameters, const EncodedBatch& batch,
                           const std::vector<torch::Tensor>& of,
                           const std::vector<torch::Tensor>& by, const torch::Tensor& loss) {
  LossGradient result;
  std::vector<torch::Tensor> inputs = parameters;
  std::vector<torch::Tensor*> wanted;
  const auto want = [&](const torch::Tensor& table, torch::Tensor& gradient) {
    if (!table.defined() || !table.requires_grad()) return;
    inputs.push_back(table);
    wanted.push_back(&gradient);
  };
  want(batch.z_u, result.by_z_u);
  want(batch.z_v, result.by_z_v);
  want(batch.negatives_u, result.by_negatives_u);
  want(batch.negatives_v, result.by_negatives_v);
  auto gradients = torch::autograd::grad(of, inputs, by, /*retain_graph=*/false,
                                         /*create_graph=*/false, /*allow_unused=*/true);
  for (std::size_t i = 0; i < wanted.size(); ++i) *wanted[i] = gradients[parameters.size() + i];
  gradients.resize(parameters.size());
  result.by_parameters = std::move(gradients);
  result.loss = loss;
  return result;
}

}  // namespace lagoon::contrastive
