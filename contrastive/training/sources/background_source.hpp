#pragma once

#include <array>
#include <memory>
#include <vector>

#include "contrastive/training/sources/pair_source.hpp"
#include "contrastive/training/sources/prefetch.hpp"
#include "contrastive/training/sources/step_meter.hpp"

namespace lagoon::contrastive {

/// How pairs are made ahead of the steps.
struct BackgroundPlan {
  std::int64_t rows = 0;           ///< of this rank, a step
  std::int64_t steps_a_chunk = 1;  ///< that one thread makes together
  int threads = 1;
  bool pinned = false;  ///< for a device that copies from pinned memory
};

/// The pairs of a maker, made by background threads in a bounded queue ahead of the step:
/// queue_depth(threads) chunks at the most are ready or in the making.
class BackgroundSource : public PairSource {
 public:
  /// The threads start with the first take().
  BackgroundSource(std::unique_ptr<const PairMaker> maker, const BackgroundPlan& plan);

  PairBatch take(std::int64_t step, BatchStream stream) override;
  std::int64_t n_train() const override { return maker_->n_train(); }
  PairedFeatures first(std::int64_t n) const override { return maker_->first(n); }
  PairedFeatures trained_on(std::int64_t step, std::int64_t n) const override {
    return maker_->trained_on(step, n);
  }
  SourceCost cost() const override { return meter_.cost(); }

 private:
  using Chunk = std::vector<PairedFeatures>;  // of consecutive steps

  /// What is made ahead for one kind of batch.
  struct Queue {
    std::unique_ptr<Prefetch<Chunk>> ahead;
    std::int64_t index = -1;  // of `current`
    Chunk current;
  };

  Chunk make_chunk(std::int64_t index, BatchStream stream) const;
  const PairedFeatures& of_step(std::int64_t step, BatchStream stream);

  std::unique_ptr<const PairMaker> maker_;
  BackgroundPlan plan_;
  StepMeter meter_;
  std::array<Queue, 2> queues_;  // by BatchStream
};

}  // namespace lagoon::contrastive
