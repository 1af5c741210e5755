#pragma once

#include <cstdint>

#include "contrastive/training/sources/source_cost.hpp"
#include "contrastive/training/step/batch_gradient.hpp"
#include "contrastive/training/step/batches.hpp"
#include "contrastive/training/training_data.hpp"

namespace lagoon::contrastive {

/// Where the pairs of a run's steps come from.
class PairSource {
 public:
  virtual ~PairSource() = default;

  /// This rank's rows of the pairs of one step's batch: a function of (seed, step, stream) only.
  /// Steps are asked for in ascending order; what failed in the background is thrown here.
  virtual PairBatch take(std::int64_t step, BatchStream stream) = 0;

  /// Pairs trained on, of all ranks.
  virtual std::int64_t n_train() const = 0;

  /// The first `n` of them, a function of the seed.
  virtual PairedFeatures first(std::int64_t n) const = 0;

  /// `n` of those trained on before `step`: what recall on training pairs is about.
  virtual PairedFeatures trained_on(std::int64_t step, std::int64_t n) const = 0;

  /// What making pairs costs the steps.
  virtual SourceCost cost() const = 0;
};

/// Makes the pairs of steps, for background threads to have them ready.
class PairMaker {
 public:
  virtual ~PairMaker() = default;

  /// This rank's rows of steps [step, step + n_steps), one after the other. Called from many
  /// threads at once.
  virtual PairedFeatures make(std::int64_t step, std::int64_t n_steps,
                              BatchStream stream) const = 0;

  /// Pairs trained on, of all ranks; the first `n` of them; `n` of those trained on before `step`.
  virtual std::int64_t n_train() const = 0;
  virtual PairedFeatures first(std::int64_t n) const = 0;
  virtual PairedFeatures trained_on(std::int64_t /*step*/, std::int64_t n) const {
    return first(n);
  }
};

}  // namespace lagoon::contrastive
