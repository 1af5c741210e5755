#include "contrastive/training/step/batch_gradient.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include <torch/csrc/autograd/autograd.h>

#include "contrastive/communication/global_loss.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/training/step/loss_gradient.hpp"

namespace lagoon::contrastive {
namespace {

using Tensors = std::vector<torch::Tensor>;

/// The four tables of a step, in this order everywhere below.
enum Table : std::size_t { kU, kV, kNegativeU, kNegativeV, kTables };

/// A stretch of rows of one table, and what its encoder makes of them.
struct Shard {
  std::size_t table;
  torch::Tensor features;
  torch::Tensor embeddings = {};
  torch::Tensor gradient = {};  ///< of the loss by the embeddings
};

std::vector<Shard> cut(const PairBatch& batch, const PairBatch& negatives,
                       std::int64_t shard_rows) {
  const std::array<torch::Tensor, kTables> tables = {batch.u, batch.v, negatives.u, negatives.v};
  std::vector<Shard> shards;
  for (std::size_t table = 0; table < kTables; ++table) {
    if (!tables[table].defined()) continue;
    for (const torch::Tensor& rows : tables[table].split(shard_rows)) {
      shards.push_back({table, rows});
    }
  }
  return shards;
}

bool is_of_u(const Shard& shard) {
  return shard.table == kU || shard.table == kNegativeU;
}

void embed(const Model& model, std::vector<Shard>& shards) {
  run_tasks(shards.size(), [&](std::size_t i) {
    Shard& shard = shards[i];
    shard.embeddings = (is_of_u(shard) ? model.u() : model.v()).forward(shard.features);
  });
}

/// All rows of one table, cut from their graphs. An encoder with nothing to train has no graph.
torch::Tensor gather_rows(const std::vector<Shard>& shards, std::size_t table) {
  Tensors rows;
  bool trained = false;
  for (const Shard& shard : shards) {
    if (shard.table != table) continue;
    rows.push_back(shard.embeddings.detach());
    trained = trained || shard.embeddings.requires_grad();
  }
  return rows.empty() ? torch::Tensor() : at::cat(rows).requires_grad_(trained);
}

EncodedBatch encoded(const std::vector<Shard>& shards, const PairBatch& batch,
                     const PairBatch& negatives) {
  EncodedBatch result;
  result.z_u = gather_rows(shards, kU);
  result.z_v = gather_rows(shards, kV);
  result.negatives_u = gather_rows(shards, kNegativeU);
  result.negatives_v = gather_rows(shards, kNegativeV);
  result.u = batch.u;
  result.v = batch.v;
  result.negative_samples_u = negatives.u;
  result.negative_samples_v = negatives.v;
  result.targets = batch.targets;
  return result;
}

/// Gives every shard the gradient of its rows; what the loss does not depend on gets none.
void scatter(const LossGradient& gradient, std::vector<Shard>& shards) {
  const std::array<torch::Tensor, kTables> tables = {
      gradient.by_z_u, gradient.by_z_v, gradient.by_negatives_u, gradient.by_negatives_v};
  std::array<std::int64_t, kTables> first = {};
  for (Shard& shard : shards) {
    const std::int64_t n = shard.embeddings.size(0);
    const torch::Tensor& rows = tables[shard.table];
    if (rows.defined()) shard.gradient = rows.narrow(0, first[shard.table], n);
    first[shard.table] += n;
  }
}

/// Gradients of each shard's parameters from those of its embeddings.
std::vector<Tensors> backward(std::span<const Shard> shards, const Tensors& parameters) {
  std::vector<Tensors> parts(shards.size());
  run_tasks(parts.size(), [&](std::size_t i) {
    if (!shards[i].gradient.defined()) return;
    parts[i] = torch::autograd::grad({shards[i].embeddings}, parameters, {shards[i].gradient},
                                     /*retain_graph=*/false, /*create_graph=*/false,
                                     /*allow_unused=*/true);
  });
  std::erase_if(parts, [](const Tensors& part) { return part.empty(); });
  return parts;
}

/// Those of u's encoder first, which are summed over ranks while v's are computed.
std::vector<Tensors> backward_by_encoders(std::vector<Shard>& shards, const Tensors& parameters,
                                          const SharedBatch& shared) {
  const auto of_v = std::stable_partition(shards.begin(), shards.end(), is_of_u);
  std::vector<Tensors> parts = backward({shards.begin(), of_v}, parameters);
  shared.after_u(parts);
  std::vector<Tensors> rest = backward({of_v, shards.end()}, parameters);
  std::move(rest.begin(), rest.end(), std::back_inserter(parts));
  return parts;
}

}  // namespace

BatchGradient batch_gradient(const Model& model, const Tensors& parameters,
                             const ObjectiveOptions& objective, const PairBatch& batch,
                             const PairBatch& negatives, Stopwatch& stopwatch,
                             std::int64_t shard_rows, const SharedBatch& shared) {
  std::vector<Shard> shards = cut(batch, negatives, shard_rows);
  stopwatch.time("forward", [&] { embed(model, shards); });
  LossGradient loss = stopwatch.time("loss", [&] {
    const EncodedBatch rows = encoded(shards, batch, negatives);
    if (shared.ranks == nullptr) return loss_gradient(model, parameters, objective, rows);
    return global_loss_gradient(model, parameters, objective, rows, shared.n, *shared.ranks);
  });
  scatter(loss, shards);
  BatchGradient result{loss.loss, {}};
  result.parts = stopwatch.time("backward", [&] {
    if (!shared.after_u) return backward(shards, parameters);
    return backward_by_encoders(shards, parameters, shared);
  });
  result.parts.push_back(std::move(loss.by_parameters));
  return result;
}

}  // namespace lagoon::contrastive
