#include "contrastive/training/step/training_step.hpp"

#include <cmath>

namespace lagoon::contrastive {

TrainingStep::TrainingStep(Model& model, const TrainingOptions& options, std::int64_t shard_rows)
    : model_(model),
      objective_(options.objective),
      shard_rows_(shard_rows),
      optimizer_(model.state(), options) {}

StepRecord TrainingStep::take(std::int64_t step, double learning_rate, const PairBatch& batch,
                              const PairBatch& negatives, Stopwatch& stopwatch) {
  const BatchGradient gradient = batch_gradient(model_, optimizer_.parameters(), objective_, batch,
                                                negatives, stopwatch, shard_rows_);
  return stopwatch.time("optimizer", [&] {
    optimizer_.gather(gradient.parts);
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
