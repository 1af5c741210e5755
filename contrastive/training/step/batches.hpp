#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lagoon::contrastive {

/// A permutation of 0..n-1 that is a function of (seed, epoch) only (Fisher-Yates over
/// counter-based random numbers).
std::vector<std::int64_t> epoch_order(std::int64_t n, std::uint64_t seed, std::int64_t epoch);

/// The rows of every training step: each epoch goes once through its own order, in whole batches
/// (the remainder of an epoch is left out). A function of (seed, step) only, so a resumed run sees
/// the batches that it would have seen.
class Batches {
 public:
  Batches(std::int64_t n, std::int64_t batch_size, std::uint64_t seed);

  /// Rows of step `step`, valid until the next call.
  std::span<const std::int64_t> rows(std::int64_t step);

 private:
  std::int64_t n_;
  std::int64_t batch_size_;
  std::uint64_t seed_;
  std::int64_t epoch_ = -1;
  std::vector<std::int64_t> order_;
};

}  // namespace lagoon::contrastive
