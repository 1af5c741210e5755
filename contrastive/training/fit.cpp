#include "contrastive/training/fit.hpp"

#include <algorithm>
#include <string>

#include "contrastive/torch_errors.hpp"
#include "contrastive/training/step/loss_log.hpp"
#include "contrastive/training/step/schedule.hpp"
#include "contrastive/training/step/training_step.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

void require_batch(const PairBatch& batch, std::int64_t index) {
  require(batch.u.defined() && batch.v.defined() && batch.u.dim() >= 1 && batch.v.dim() >= 1 &&
              batch.u.size(0) > 0 && batch.v.size(0) > 0,
          "batch " + std::to_string(index) + " has no rows: draw features u and v");
}

/// One fit, step by step.
class Fit {
 public:
  Fit(Model& model, const TrainingOptions& options, std::int64_t total_steps,
      const std::function<PairBatch(std::int64_t)>& draw)
      : options_(options),
        total_steps_(total_steps),
        draw_(draw),
        step_(model, options, shard_rows(model.n_parameters())) {
    require(step_.has_parameters(),
            "the model has nothing to train: give an encoder with weights, or learn the "
            "temperature");
  }

  /// Its loss, as a tensor.
  torch::Tensor take(std::int64_t step) {
    const bool second = options_.objective.has_second_batch();
    const PairBatch batch = drawn(second ? 2 * step : step);
    const PairBatch negatives = second ? drawn(2 * step + 1) : PairBatch{};
    const StepRecord record =
        step_.take(step, learning_rate(options_, step, total_steps_), batch, negatives, stopwatch_);
    losses_.add(record.loss);
    if ((step + 1) % options_.log_every == 0 || step + 1 == total_steps_) losses_.collect(step + 1);
    return record.loss;
  }

 private:
  /// Of small encoders a shard costs more than its rows: it is large enough for a million products.
  static std::int64_t shard_rows(std::int64_t n_parameters) {
    constexpr std::int64_t kProducts = std::int64_t{1} << 20;
    return std::max(kShardRows, kProducts / std::max<std::int64_t>(n_parameters, 1));
  }

  PairBatch drawn(std::int64_t index) const {
    PairBatch batch = draw_(index);
    require_batch(batch, index);
    return batch;
  }

  const TrainingOptions& options_;
  std::int64_t total_steps_;
  const std::function<PairBatch(std::int64_t)>& draw_;
  TrainingStep step_;
  Stopwatch stopwatch_;
  LossLog losses_{": give a lower learning rate"};
};

}  // namespace

void fit(Model& model, const TrainingOptions& options, std::int64_t total_steps,
         const std::function<PairBatch(std::int64_t)>& draw,
         const std::function<void(const FitRecord&)>& after_step) {
  require_valid(options);
  require(total_steps >= 1, "total_steps is " + std::to_string(total_steps) + ": give at least 1");
  with_torch_errors([&] {
    Fit steps(model, options, total_steps, draw);
    for (std::int64_t step = 0; step < total_steps; ++step) {
      const torch::Tensor loss = steps.take(step);
      if (after_step) after_step({step + 1, total_steps, model, loss});
    }
  });
}

}  // namespace lagoon::contrastive
