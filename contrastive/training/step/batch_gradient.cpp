#include "contrastive/training/step/batch_gradient.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include <c10/core/DeviceGuard.h>
#include <torch/csrc/autograd/autograd.h>

#include "contrastive/threads.hpp"
#include "contrastive/training/global_loss.hpp"
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

bool is_of_u(std::size_t table) {
  return table == kU || table == kNegativeU;
}

const Encoder& encoder_of(const Model& model, std::size_t table) {
  return is_of_u(table) ? model.u() : model.v();
}

bool is_trained(const Encoder& encoder) {
  const Tensors parameters = encoder.parameters();
  return std::any_of(parameters.begin(), parameters.end(),
                     [](const torch::Tensor& parameter) { return parameter.requires_grad(); });
}

/// A GPU takes all rows at once, unless memory is to be spared.
std::int64_t rows_at_once(const Model& model, const GradientPlan& plan, std::size_t table,
                          const torch::Tensor& features) {
  if (features.is_cpu()) return encoder_of(model, table).shard_rows(plan.shard_rows);
  return plan.cache ? plan.shard_rows : features.size(0);
}

std::vector<Shard> cut(const Model& model, const GradientPlan& plan, const PairBatch& batch,
                       const PairBatch& negatives) {
  const std::array<torch::Tensor, kTables> tables = {batch.u, batch.v, negatives.u, negatives.v};
  std::vector<Shard> shards;
  for (std::size_t table = 0; table < kTables; ++table) {
    if (!tables[table].defined()) continue;
    for (const torch::Tensor& features :
         tables[table].split(rows_at_once(model, plan, table, tables[table]))) {
      shards.push_back({table, features});
    }
  }
  return shards;
}

void embed(const Model& model, const GradientPlan& plan, std::vector<Shard>& shards) {
  run_tasks(shards.size(), [&](std::size_t i) {
    const c10::DeviceGuard device(shards[i].features.device());
    const at::AutoGradMode with_graph(!plan.cache);
    const ComputationGuard guard(plan.encoders);
    shards[i].embeddings = encoder_of(model, shards[i].table).forward(shards[i].features);
  });
}

/// All rows of one table, cut from their graphs. An encoder with nothing to train has no graph.
torch::Tensor gather_rows(const Model& model, const std::vector<Shard>& shards, std::size_t table) {
  Tensors rows;
  for (const Shard& shard : shards) {
    if (shard.table == table) rows.push_back(shard.embeddings.detach());
  }
  if (rows.empty()) return {};
  return at::cat(rows).requires_grad_(is_trained(encoder_of(model, table)));
}

EncodedBatch encoded(const Model& model, const std::vector<Shard>& shards, const PairBatch& batch,
                     const PairBatch& negatives) {
  EncodedBatch result;
  result.z_u = gather_rows(model, shards, kU);
  result.z_v = gather_rows(model, shards, kV);
  result.negatives_u = gather_rows(model, shards, kNegativeU);
  result.negatives_v = gather_rows(model, shards, kNegativeV);
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

/// Gradients of the parameters from that of a shard's embeddings; its graph is freed.
Tensors shard_gradient(const Model& model, const Tensors& parameters, const GradientPlan& plan,
                       Shard& shard) {
  const c10::DeviceGuard device(shard.features.device());
  const ComputationGuard guard(plan.encoders);
  if (plan.cache) {
    const at::AutoGradMode with_graph(true);
    shard.embeddings = encoder_of(model, shard.table).forward(shard.features);
  }
  return torch::autograd::grad({std::exchange(shard.embeddings, {})}, parameters, {shard.gradient},
                               /*retain_graph=*/false, /*create_graph=*/false,
                               /*allow_unused=*/true);
}

/// sum += terms; undefined tensors are zeros.
void add_to(Tensors& sum, Tensors terms) {
  if (sum.empty()) {
    sum = std::move(terms);
    return;
  }
  for (std::size_t p = 0; p < sum.size(); ++p) {
    if (!terms[p].defined()) continue;
    sum[p] = sum[p].defined() ? sum[p].add_(terms[p]) : terms[p];
  }
}

/// Gradients of the parameters, summed up over neighbouring shards: as many sums as one memory
/// pass of the optimiser should read, whatever the number of shards or threads.
std::vector<Tensors> backward(const Model& model, const Tensors& parameters,
                              const GradientPlan& plan, std::span<Shard> shards) {
  constexpr std::size_t kSums = 16;
  const std::size_t n = shards.size(), n_sums = std::min(kSums, n);
  std::vector<Tensors> sums(n_sums);
  run_tasks(n_sums, [&](std::size_t sum) {
    for (std::size_t i = sum * n / n_sums; i < (sum + 1) * n / n_sums; ++i) {
      if (!shards[i].gradient.defined()) continue;
      add_to(sums[sum], shard_gradient(model, parameters, plan, shards[i]));
    }
  });
  std::erase_if(sums, [](const Tensors& sum) { return sum.empty(); });
  return sums;
}

/// Those of u's encoder first, which are summed over ranks while v's are computed.
std::vector<Tensors> backward_by_encoders(const Model& model, const Tensors& parameters,
                                          const GradientPlan& plan, std::vector<Shard>& shards,
                                          const SharedBatch& shared) {
  const auto of_v = std::stable_partition(shards.begin(), shards.end(),
                                          [](const Shard& shard) { return is_of_u(shard.table); });
  std::vector<Tensors> parts = backward(model, parameters, plan, {shards.begin(), of_v});
  shared.after_u(parts);
  std::vector<Tensors> rest = backward(model, parameters, plan, {of_v, shards.end()});
  std::move(rest.begin(), rest.end(), std::back_inserter(parts));
  return parts;
}

}  // namespace

BatchGradient batch_gradient(const Model& model, const Tensors& parameters,
                             const ObjectiveOptions& objective, const PairBatch& batch,
                             const PairBatch& negatives, Stopwatch& stopwatch,
                             const GradientPlan& plan, const SharedBatch& shared) {
  std::vector<Shard> shards = cut(model, plan, batch, negatives);
  stopwatch.time("forward", [&] { embed(model, plan, shards); });
  LossGradient loss = stopwatch.time("loss", [&] {
    const EncodedBatch rows = encoded(model, shards, batch, negatives);
    if (shared.ranks == nullptr) return loss_gradient(model, parameters, objective, rows);
    return global_loss_gradient(model, parameters, objective, rows, shared.n, *shared.ranks);
  });
  scatter(loss, shards);
  BatchGradient result{loss.loss, {}};
  result.parts = stopwatch.time("backward", [&] {
    if (!shared.after_u) return backward(model, parameters, plan, shards);
    return backward_by_encoders(model, parameters, plan, shards, shared);
  });
  result.parts.push_back(std::move(loss.by_parameters));
  return result;
}

}  // namespace lagoon::contrastive
