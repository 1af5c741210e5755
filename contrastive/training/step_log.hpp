#pragma once

#include <cstdint>
#include <vector>

#include "contrastive/training/checkpoint/run_state.hpp"
#include "contrastive/training/sources/training_flows.hpp"
#include "contrastive/training/step/batches.hpp"
#include "contrastive/training/step/training_step.hpp"
#include "contrastive/training/trainer.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {

/// What steps were, kept as tensors until their numbers are wanted: only then does training wait
/// for them.
class StepLog {
 public:
  /// `step`: steps done with it.
  void add(std::int64_t step, const StepRecord& record);

  /// Adds what was added since the last call to the state's pending sums, or counts it as skipped
  /// where loss or gradient are not finite, and gives the skipped ones (without their flows).
  std::vector<SkipRecord> collect(RunState& state);

 private:
  struct Entry {
    std::int64_t step;
    torch::Tensor loss, gradient_norm;
  };
  std::vector<Entry> entries_;
};

/// Flows of the pairs that step number `step` (0-based) takes: rows of the file, samples of a
/// stream.
std::vector<std::int64_t> flows_of_step(const TrainingFlows& flows, const TrainingOptions& options,
                                        std::int64_t step);

/// Places of the pairs that hold a number that is not finite.
std::vector<std::int64_t> places_not_finite(const PairBatch& batch);

/// What ends a run whose last steps were all skipped: what to blame, what to do.
Error too_many_skipped(const SkipRecord& skip);

}  // namespace lagoon::contrastive
