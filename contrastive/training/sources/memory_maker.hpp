#pragma once

#include "contrastive/training/sources/pair_source.hpp"

namespace lagoon::contrastive {

/// Pairs whose features are held in memory, in the order of `Batches`.
class MemoryMaker : public PairMaker {
 public:
  /// `rows`: this rank's, of batches of batch_size pairs.
  MemoryMaker(PairedFeatures pairs, std::int64_t batch_size, std::uint64_t seed,
              const BatchRows& rows);

  PairedFeatures make(std::int64_t step, std::int64_t n_steps, BatchStream stream) const override;
  std::int64_t n_train() const override { return pairs_.n(); }
  PairedFeatures first(std::int64_t n) const override;

 private:
  PairedFeatures pairs_;
  mutable RankBatches batches_;
};

}  // namespace lagoon::contrastive
