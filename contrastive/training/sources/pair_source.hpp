#pragma once

#include <cstdint>

#include "contrastive/training/step/batch_gradient.hpp"
#include "contrastive/training/step/batches.hpp"
#include "contrastive/training/training_data.hpp"

namespace lagoon::contrastive {

/// Where the pairs of a run's steps come from.
class PairSource {
 public:
  virtual ~PairSource() = default;

  /// The pairs of one step's batch: a function of (seed, step, stream) only. Steps are asked for in
  /// ascending order.
  virtual PairBatch take(std::int64_t step, BatchStream stream) = 0;

  /// Pairs trained on.
  virtual std::int64_t n_train() const = 0;

  /// The first `n` of them: what recall on training pairs is about.
  virtual PairedFeatures first(std::int64_t n) const = 0;
};

}  // namespace lagoon::contrastive
