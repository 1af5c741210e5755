#pragma once

#include <utility>

#include "contrastive/training/sources/pair_source.hpp"

namespace lagoon::contrastive {

/// Pairs whose features are held in memory, in the order of `Batches`.
class MemorySource : public PairSource {
 public:
  MemorySource(PairedFeatures pairs, std::int64_t batch_size, std::uint64_t seed, BatchRows rows);

  PairBatch take(std::int64_t step, BatchStream stream) override;
  std::int64_t n_train() const override { return pairs_.n(); }
  PairedFeatures first(std::int64_t n) const override;

 private:
  PairedFeatures pairs_;
  BatchRows rows_;
  Batches batches_, second_batches_;
};

}  // namespace lagoon::contrastive
