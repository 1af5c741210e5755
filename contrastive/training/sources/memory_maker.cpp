#include "contrastive/training/sources/memory_source.hpp"

namespace lagoon::contrastive {

MemorySource::MemorySource(PairedFeatures pairs, std::int64_t batch_size, std::uint64_t seed,
                           BatchRows rows)
    : pairs_(std::move(pairs)),
      rows_(rows),
      batches_(pairs_.n(), batch_size, seed),
      second_batches_(pairs_.n(), batch_size, seed, BatchStream::negatives) {}

PairBatch MemorySource::take(std::int64_t step, BatchStream stream) {
  const auto batch = (stream == BatchStream::pairs ? batches_ : second_batches_).rows(step);
  const auto rows = batch.subspan(rows_.first, rows_.size());
  const torch::Tensor index =
      torch::tensor(at::ArrayRef<std::int64_t>(rows.data(), rows.size()), at::kLong);
  return {pairs_.u.index_select(0, index), pairs_.v.index_select(0, index)};
}

PairedFeatures MemorySource::first(std::int64_t n) const {
  return {pairs_.u.narrow(0, 0, n), pairs_.v.narrow(0, 0, n)};
}

}  // namespace lagoon::contrastive
