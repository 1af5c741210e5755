#include "contrastive/training/sources/memory_maker.hpp"

#include <utility>

#include "contrastive/torch_embeddings.hpp"

namespace lagoon::contrastive {

MemoryMaker::MemoryMaker(PairedFeatures pairs, std::int64_t batch_size, std::uint64_t seed,
                         const BatchRows& rows)
    : pairs_(std::move(pairs)), batches_(pairs_.n(), batch_size, seed, rows) {}

PairedFeatures MemoryMaker::make(std::int64_t step, std::int64_t n_steps,
                                 BatchStream stream) const {
  const torch::Tensor index = row_index(batches_.rows(step, n_steps, stream));
  return {pairs_.u.index_select(0, index), pairs_.v.index_select(0, index)};
}

PairedFeatures MemoryMaker::first(std::int64_t n) const {
  return {pairs_.u.narrow(0, 0, n), pairs_.v.narrow(0, 0, n)};
}

}  // namespace lagoon::contrastive
