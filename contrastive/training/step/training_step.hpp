#pragma once

#include "contrastive/training/step/batch_gradient.hpp"
#include "contrastive/training/step/optimizer.hpp"

namespace lagoon::contrastive {

/// What one step was.
struct StepRecord {
  torch::Tensor loss;           ///< of its batch, before the step; a scalar
  torch::Tensor gradient_norm;  ///< Euclidean length of the whole gradient; a scalar
  bool skipped = false;         ///< loss or gradient are not finite: nothing was changed
};

/// Takes one step of a model after the other: gradient, optimiser, bounds of the temperature.
class TrainingStep {
 public:
  /// The model outlives it, and its trained parameters become views of the optimiser's memory.
  TrainingStep(Model& model, const TrainingOptions& options, std::int64_t shard_rows = kShardRows);

  /// Step number `step` (0-based) at that learning rate; `negatives` is the second batch of
  /// negatives = second_batch, else it is empty.
  StepRecord take(std::int64_t step, double learning_rate, const PairBatch& batch,
                  const PairBatch& negatives, Stopwatch& stopwatch);

  bool has_parameters() const { return !optimizer_.parameters().empty(); }

  /// The optimiser's state by name: what a checkpoint keeps beside the model's.
  NamedTensors state() const { return optimizer_.state(); }

 private:
  Model& model_;
  ObjectiveOptions objective_;
  std::int64_t shard_rows_;
  FlatAdam optimizer_;
};

}  // namespace lagoon::contrastive
