#pragma once

#include "contrastive/communication/communicator.hpp"
#include "contrastive/training/step/batch_gradient.hpp"
#include "contrastive/training/step/optimizer.hpp"

namespace lagoon::contrastive {

/// What one step was.
struct StepRecord {
  torch::Tensor loss;           ///< of its batch, before the step; a scalar
  torch::Tensor gradient_norm;  ///< Euclidean length of the whole gradient; a scalar
  bool skipped = false;         ///< loss or gradient are not finite: nothing was changed. On a GPU
                                ///< false: it skips by itself, and the tensors tell
};

/// Makes the gradient of the whole batch of a rank's share of it, in two buckets: that of u's
/// encoder is under way while v's backward runs, the rest follows.
class RankedGradient {
 public:
  /// `ranks` may be null: one rank. All but batch_size must outlive it.
  RankedGradient(const Model& model, FlatAdam& optimizer, std::int64_t batch_size,
                 Communicator* ranks);

  /// What batch_gradient() is told.
  SharedBatch begin();

  bool is_shared() const { return ranks_ != nullptr; }

  /// The sum of all parts is in the optimiser.
  void finish(const std::vector<std::vector<torch::Tensor>>& parts);

 private:
  FlatAdam& optimizer_;
  std::int64_t batch_size_;
  Communicator* ranks_;
  std::size_t first_ = 0, last_ = 0;  // the parameters of u's encoder
  Communicator::Pending of_u_;
};

/// Takes one step of a model after the other: gradient, optimiser, bounds of the temperature.
class TrainingStep {
 public:
  /// Takes the model to options.device. The model outlives it, and its trained parameters become
  /// views of the optimiser's memory. With `ranks`, each holds its rows of batches of
  /// options.batch_size pairs.
  TrainingStep(Model& model, const TrainingOptions& options, std::int64_t shard_rows = kShardRows,
               Communicator* ranks = nullptr);

  /// Step number `step` (0-based) at that learning rate; `negatives` is the second batch of
  /// negatives = second_batch, else it is empty. All ranks get the same record.
  StepRecord take(std::int64_t step, double learning_rate, const PairBatch& batch,
                  const PairBatch& negatives, Stopwatch& stopwatch);

  bool has_parameters() const { return !optimizer_.parameters().empty(); }

  /// The optimiser's state by name: what a checkpoint keeps beside the model's.
  NamedTensors state() const { return optimizer_.state(); }

 private:
  void step_on_device(std::int64_t step, double learning_rate, const StepRecord& record);

  at::Device device_;
  Model& model_;
  ObjectiveOptions objective_;
  GradientPlan plan_;
  FlatAdam optimizer_;
  RankedGradient ranked_;
};

}  // namespace lagoon::contrastive
