#include "contrastive/training/step/training_step.hpp"

#include <algorithm>
#include <cmath>

namespace lagoon::contrastive {
namespace {

GradientPlan plan_of(const TrainingOptions& options, std::int64_t shard_rows) {
  GradientPlan plan;
  plan.shard_rows = shard_rows;
  plan.encoders.products = options.precision == "bf16" ? at::kBFloat16 : at::kFloat;
  plan.encoders.checkpointing = options.activation_checkpointing;
  plan.cache = options.gradient_cache;
  return plan;
}

}  // namespace

RankedGradient::RankedGradient(const Model& model, FlatAdam& optimizer, std::int64_t batch_size,
                               Communicator* ranks)
    : optimizer_(optimizer),
      batch_size_(batch_size),
      ranks_(ranks == nullptr || ranks->alone() ? nullptr : ranks) {
  const auto of_u = model.u().parameters();
  const auto is_of_u = [&](const torch::Tensor& parameter) {
    return std::ranges::any_of(of_u, [&](const auto& other) { return other.is_same(parameter); });
  };
  const auto& all = optimizer_.parameters();
  while (first_ < all.size() && !is_of_u(all[first_])) ++first_;
  last_ = first_;
  while (last_ < all.size() && is_of_u(all[last_])) ++last_;
}

SharedBatch RankedGradient::begin() {
  if (ranks_ == nullptr) return {};
  return {ranks_, batch_size_, [this](const auto& parts) {
            of_u_ = ranks_->start_sum(optimizer_.gather(parts, first_, last_));
          }};
}

void RankedGradient::finish(const std::vector<std::vector<torch::Tensor>>& parts) {
  if (ranks_ == nullptr) return optimizer_.gather(parts);
  const std::size_t n = optimizer_.parameters().size();
  auto before = ranks_->start_sum(optimizer_.gather(parts, 0, first_));
  auto after = ranks_->start_sum(optimizer_.gather(parts, last_, n));
  for (auto* pending : {&of_u_, &before, &after}) pending->wait();
}

TrainingStep::TrainingStep(Model& model, const TrainingOptions& options, std::int64_t shard_rows,
                           Communicator* ranks)
    : model_(model),
      objective_(options.objective),
      plan_(plan_of(options, shard_rows)),
      optimizer_(model.state(), options),
      ranked_(model, optimizer_, options.batch_size, ranks) {}

StepRecord TrainingStep::take(std::int64_t step, double learning_rate, const PairBatch& batch,
                              const PairBatch& negatives, Stopwatch& stopwatch) {
  const BatchGradient gradient = batch_gradient(model_, optimizer_.parameters(), objective_, batch,
                                                negatives, stopwatch, plan_, ranked_.begin());
  stopwatch.time("communication", [&] { ranked_.finish(gradient.parts); });
  return stopwatch.time("optimizer", [&] {
    StepRecord record{gradient.loss, optimizer_.gradient_norm()};
    record.skipped = !std::isfinite(record.loss.item<double>()) ||
                     !std::isfinite(record.gradient_norm.item<double>());
    if (record.skipped) return record;
    optimizer_.step(step, learning_rate);
    model_.temperature().clamp();
    return record;
  });
}

}  // namespace lagoon::contrastive
