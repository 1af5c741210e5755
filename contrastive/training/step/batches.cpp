#include "contrastive/training/step/batches.hpp"

#include <numeric>
#include <utility>

#include "flow/random.hpp"

namespace lagoon::contrastive {
namespace {

/// Uniform on 0..bound-1 from 64 bits; the bias, bound / 2^64, is far below what n could show.
std::int64_t below(std::int64_t bound, std::uint32_t high, std::uint32_t low) {
  const auto bits = (static_cast<std::uint64_t>(high) << 32) | low;
  return static_cast<std::int64_t>(bits % static_cast<std::uint64_t>(bound));
}

}  // namespace

std::vector<std::int64_t> epoch_order(std::int64_t n, std::uint64_t seed, std::int64_t epoch,
                                      BatchStream stream) {
  constexpr int kEpochBits = 48;
  const std::uint64_t place =
      static_cast<std::uint64_t>(stream) << kEpochBits | static_cast<std::uint64_t>(epoch);
  std::vector<std::int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  for (std::int64_t i = n - 1; i > 0; --i) {
    const auto bits =
        flow::random_bits(seed, flow::Purpose::batch_order, place, static_cast<std::uint32_t>(i));
    std::swap(order[i], order[below(i + 1, bits[0], bits[1])]);
  }
  return order;
}

Batches::Batches(std::int64_t n, std::int64_t batch_size, std::uint64_t seed, BatchStream stream)
    : n_(n), batch_size_(batch_size), seed_(seed), stream_(stream) {}

std::span<const std::int64_t> Batches::rows(std::int64_t step) {
  const std::int64_t batches_per_epoch = n_ / batch_size_;
  const std::int64_t epoch = step / batches_per_epoch;
  if (epoch != epoch_) {
    order_ = epoch_order(n_, seed_, epoch, stream_);
    epoch_ = epoch;
  }
  const std::int64_t first = step % batches_per_epoch * batch_size_;
  return std::span(order_).subspan(first, batch_size_);
}

RankBatches::RankBatches(std::int64_t n, std::int64_t batch_size, std::uint64_t seed,
                         const BatchRows& rows)
    : steps_an_epoch_(n / batch_size),
      rows_(rows),
      batches_{
          {{{{n, batch_size, seed, BatchStream::pairs}, {n, batch_size, seed, BatchStream::pairs}}},
           {{{n, batch_size, seed, BatchStream::negatives},
             {n, batch_size, seed, BatchStream::negatives}}}}} {}

std::vector<std::int64_t> RankBatches::rows(std::int64_t step, std::int64_t n_steps,
                                            BatchStream stream) {
  const std::lock_guard lock(mutex_);
  std::vector<std::int64_t> result;
  for (std::int64_t s = step; s < step + n_steps; ++s) {
    const std::int64_t epoch = s / steps_an_epoch_;
    Batches& batches =
        batches_[static_cast<std::size_t>(stream)][static_cast<std::size_t>(epoch % 2)];
    const auto batch = batches.rows(s).subspan(static_cast<std::size_t>(rows_.first),
                                               static_cast<std::size_t>(rows_.size()));
    result.insert(result.end(), batch.begin(), batch.end());
  }
  return result;
}

}  // namespace lagoon::contrastive
