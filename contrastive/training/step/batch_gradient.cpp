#include "contrastive/training/step/batch_gradient.hpp"

#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/loss.hpp"
#include "contrastive/objective/tilting.hpp"
#include "contrastive/threads.hpp"

namespace lagoon::contrastive {
namespace {

using Tensors = std::vector<torch::Tensor>;

/// Embeddings of all shards, in turn of both modalities: u of shard 0, v of shard 0, u of
/// shard 1...
Tensors embed_shards(const Model& model, const Tensors& shards_u, const Tensors& shards_v) {
  Tensors embeddings(2 * shards_u.size());
  run_tasks(embeddings.size(), [&](std::size_t i) {
    embeddings[i] =
        i % 2 == 0 ? model.u().forward(shards_u[i / 2]) : model.v().forward(shards_v[i / 2]);
  });
  return embeddings;
}

/// All rows of one modality (0: u, 1: v), cut from their graphs.
torch::Tensor gather_rows(const Tensors& embeddings, std::size_t modality) {
  Tensors rows;
  for (std::size_t i = modality; i < embeddings.size(); i += 2) {
    rows.push_back(embeddings[i].detach());
  }
  return at::cat(rows).requires_grad_();
}

/// Gradients of each shard's parameters from those of its embeddings. The identity encoder has no
/// graph and nothing to train.
std::vector<Tensors> backward_shards(const Tensors& embeddings, const Tensors& parameters,
                                     const torch::Tensor& gradient_u,
                                     const torch::Tensor& gradient_v) {
  const Tensors rows_u = gradient_u.split(kShardRows), rows_v = gradient_v.split(kShardRows);
  std::vector<Tensors> parts(embeddings.size());
  run_tasks(parts.size(), [&](std::size_t i) {
    if (!embeddings[i].requires_grad()) return;
    const torch::Tensor& rows = i % 2 == 0 ? rows_u[i / 2] : rows_v[i / 2];
    parts[i] = torch::autograd::grad({embeddings[i]}, parameters, {rows}, /*retain_graph=*/false,
                                     /*create_graph=*/false, /*allow_unused=*/true);
  });
  std::erase_if(parts, [](const Tensors& part) { return part.empty(); });
  return parts;
}

}  // namespace

BatchGradient batch_gradient(const Model& model, const Tensors& parameters,
                             const torch::Tensor& features_u, const torch::Tensor& features_v,
                             double lambda_u, double lambda_v, Stopwatch& stopwatch) {
  const Tensors embeddings = stopwatch.time("forward", [&] {
    return embed_shards(model, features_u.split(kShardRows), features_v.split(kShardRows));
  });
  BatchGradient result;
  const Tensors outer = stopwatch.time("loss", [&] {
    const torch::Tensor z_u = gather_rows(embeddings, 0), z_v = gather_rows(embeddings, 1);
    result.loss = conditional_loss(cosine_log_rho(z_u, z_v, model.temperature().inverse()),
                                   lambda_u, lambda_v);
    Tensors inputs = parameters;  // the loss itself depends on one of them, the temperature
    inputs.insert(inputs.end(), {z_u, z_v});
    return torch::autograd::grad({result.loss}, inputs, {}, false, false, true);
  });
  const auto n = parameters.size();
  result.parts = stopwatch.time(
      "backward", [&] { return backward_shards(embeddings, parameters, outer[n], outer[n + 1]); });
  result.parts.emplace_back(outer.begin(), outer.begin() + static_cast<std::ptrdiff_t>(n));
  result.loss = result.loss.detach();
  return result;
}

}  // namespace lagoon::contrastive
