#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace lagoon::contrastive {

/// Orders that share no draw: of the batches, and of the second batches of negatives =
/// second_batch.
enum class BatchStream : std::uint64_t { pairs, negatives };

/// A permutation of 0..n-1 that is a function of (seed, epoch, stream) only (Fisher-Yates over
/// counter-based random numbers).
std::vector<std::int64_t> epoch_order(std::int64_t n, std::uint64_t seed, std::int64_t epoch,
                                      BatchStream stream = BatchStream::pairs);

/// The rows of every training step: each epoch goes once through its own order, in whole batches
/// (the remainder of an epoch is left out). A function of (seed, step, stream) only, so a resumed
/// run sees the batches that it would have seen.
class Batches {
 public:
  /// Of rows 0 .. n - 1, at least as many as a batch has.
  Batches(std::int64_t n, std::int64_t batch_size, std::uint64_t seed,
          BatchStream stream = BatchStream::pairs);

  /// Rows of step `step`, valid until the next call.
  std::span<const std::int64_t> rows(std::int64_t step);

 private:
  std::int64_t n_;
  std::int64_t batch_size_;
  std::uint64_t seed_;
  BatchStream stream_;
  std::int64_t epoch_ = -1;
  std::vector<std::int64_t> order_;
};

/// Rows [first, last) of every batch: those of one rank.
struct BatchRows {
  std::int64_t first = 0, last = 0;
  std::int64_t size() const { return last - first; }
};

/// One rank's rows of both kinds of batches, for threads that are a few steps apart.
class RankBatches {
 public:
  /// `rows`: this rank's, of batches of rows 0 .. n - 1.
  RankBatches(std::int64_t n, std::int64_t batch_size, std::uint64_t seed, const BatchRows& rows);

  /// Of steps [step, step + n_steps), one after the other.
  std::vector<std::int64_t> rows(std::int64_t step, std::int64_t n_steps, BatchStream stream);

 private:
  std::int64_t steps_an_epoch_;
  BatchRows rows_;
  std::mutex mutex_;
  std::array<std::array<Batches, 2>, 2> batches_;  // by stream, and by even and odd epochs
};

}  // namespace lagoon::contrastive
