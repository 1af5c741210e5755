#pragma once

#include <memory>
#include <vector>

#include "contrastive/training/sources/pair_source.hpp"
#include "contrastive/training/sources/prefetch.hpp"
#include "contrastive/training/sources/step_meter.hpp"
#include "datasets/generation/fresh_flows.hpp"

namespace lagoon::contrastive {

/// How a stream is drawn ahead of the steps.
struct StreamPlan {
  std::int64_t batch_size = 0;  ///< of all ranks
  BatchRows rows;               ///< of this one
  std::int64_t n_steps = 0;     ///< of the whole run: n_train() is what they take
  int threads = 0;              ///< that draw; 0: all cores
  bool pinned = false;          ///< for a device that copies from pinned memory
};

/// Row r of step s is sample s B + r of the stream, whichever thread drew it; of the second batches
/// it is sample 2^48 + s B + r. Each thread draws the rows of one step, or of some small
/// ones, and maps them to features.
class StreamSource : public PairSource {
 public:
  StreamSource(datasets::FreshFlows flows, FeatureMaps maps, const StreamPlan& plan);

  PairBatch take(std::int64_t step, BatchStream stream) override;
  std::int64_t n_train() const override { return plan_.n_steps * plan_.batch_size; }
  PairedFeatures first(std::int64_t n) const override;

  /// The last `n` before `step`.
  PairedFeatures trained_on(std::int64_t step, std::int64_t n) const override;

  SourceCost cost() const override { return meter_.cost(); }

 private:
  using Chunk = std::vector<PairedFeatures>;  // of consecutive steps

  /// What is drawn ahead for one kind of batch.
  struct Queue {
    std::unique_ptr<Prefetch<Chunk>> ahead;
    std::int64_t index = -1;  // of `current`
    Chunk current;
  };

  Chunk draw_chunk(std::int64_t index, BatchStream stream) const;
  PairedFeatures of_step(std::int64_t step, BatchStream stream);

  datasets::FreshFlows flows_;
  FeatureMaps maps_;
  StreamPlan plan_;
  std::int64_t steps_a_chunk_;
  StepMeter meter_;
  Queue queues_[2];  // by BatchStream
};

}  // namespace lagoon::contrastive
