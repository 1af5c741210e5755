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

/// Moves the model to the device.
Model& taken(Model& model, at::Device device) {
  model.to(device);
  return model;
}

Targets taken(const Targets& targets, at::Device device) {
  return {moved(targets.rows, device), moved(targets.columns, device),
          moved(targets.weights, device), moved(targets.excluded_rows, device),
          moved(targets.excluded_columns, device)};
}

PairBatch taken(const PairBatch& batch, at::Device device) {
  return {moved(batch.u, device), moved(batch.v, device), taken(batch.targets, device)};
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
    : device_(training_device(options)),
      model_(taken(model, device_)),
      objective_(options.objective),
      plan_(plan_of(options, shard_rows)),
      optimizer_(model.state(), options),
      ranked_(model, optimizer_, options.batch_size, ranks) {}

StepRecord TrainingStep::take(std::int64_t step, double learning_rate, const PairBatch& batch,
                              const PairBatch& negatives, Stopwatch& stopwatch) {
  const BatchGradient gradient =
      batch_gradient(model_, optimizer_.parameters(), objective_, taken(batch, device_),
                     taken(negatives, device_), stopwatch, plan_, ranked_.begin());
  stopwatch.time(ranked_.is_shared() ? "communication" : "optimizer",
                 [&] { ranked_.finish(gradient.parts); });
  return stopwatch.time("optimizer", [&] {
    StepRecord record{gradient.loss, optimizer_.gradient_norm()};
    if (!optimizer_.is_on_cpu()) {
      step_on_device(step, learning_rate, record);
      return record;
    }
    record.skipped = !std::isfinite(record.loss.item<double>()) ||
                     !std::isfinite(record.gradient_norm.item<double>());
    if (record.skipped) return record;
    optimizer_.step(step, learning_rate);
    model_.temperature().clamp();
    return record;
  });
}

void TrainingStep::step_on_device(std::int64_t step, double learning_rate,
                                  const StepRecord& record) {
  const torch::Tensor finite =
      at::logical_and(at::isfinite(record.loss), at::isfinite(record.gradient_norm));
  optimizer_.step_on_device(step, learning_rate, at::logical_not(finite).to(at::kFloat));
  model_.temperature().clamp();
}

}  // namespace lagoon::contrastive
