#pragma once

#include <vector>

#include "contrastive/training/sources/pair_source.hpp"
#include "datasets/storage/row_reader.hpp"

namespace lagoon::contrastive {

/// The same pairs as MemoryMaker's, to the bit, but read from the file, and mapped to features,
/// when they are due: the file may be larger than the memory.
class FileMaker : public PairMaker {
 public:
  /// `train`: the file's rows that are trained on, ascending.
  FileMaker(const datasets::Reader& file, FeatureMaps maps, std::vector<std::int64_t> train,
            std::int64_t batch_size, std::uint64_t seed, const BatchRows& rows);

  PairedFeatures make(std::int64_t step, std::int64_t n_steps, BatchStream stream) const override;
  std::int64_t n_train() const override { return static_cast<std::int64_t>(train_.size()); }
  PairedFeatures first(std::int64_t n) const override;

 private:
  PairedFeatures read(std::vector<std::int64_t> places) const;

  datasets::RowReader reader_;
  FeatureMaps maps_;
  std::vector<std::int64_t> train_;
  mutable RankBatches batches_;
};

}  // namespace lagoon::contrastive
