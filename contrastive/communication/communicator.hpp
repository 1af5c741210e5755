#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace at {
class Tensor;
}

namespace lagoon::contrastive {

/// After so much silence in a collective a rank is taken for dead. A minute is what the others have
/// to end in; what a rank does alone between two collectives of training must be shorter.
inline constexpr std::chrono::seconds kSilence{45};

/// Others wait for rank 0's disk, and before the first step for all to have loaded their flows.
/// Whoever fails meanwhile tells them. No patience is longer.
inline constexpr std::chrono::minutes kLongWork{10};

/// What a library of collectives must do, for contiguous tensors of float32, float64 or int64. All
/// calls come from one thread, in the same order on every rank. Each throws what it likes if a rank
/// died, or none was heard of for as long as `patience`.
class Transport {
 public:
  virtual ~Transport() = default;
  /// "gloo", "mpi" or "nccl".
  virtual std::string name() const = 0;
  /// tensor <- its sum over ranks.
  virtual void sum(const at::Tensor& tensor, std::chrono::seconds patience) = 0;
  /// tensor <- its maximum over ranks, element by element.
  virtual void maximum(const at::Tensor& tensor, std::chrono::seconds patience) = 0;
  /// all (W, ...) <- own (...) of every rank, in rank order.
  virtual void gather(const at::Tensor& own, const at::Tensor& all,
                      std::chrono::seconds patience) = 0;
  /// This rank ends for an error of its own, and the others do not know: no farewell that would
  /// wait for them.
  virtual void abandon() {}
};

/// The ranks (processes) that train one model together. A thread of its own makes the calls, in the
/// order in which they were asked for, so that sums go on while gradients are computed, and so that
/// no library is called from two threads. Every rank asks for the same things in the same order.
/// Throws Error, naming the remedy, once a rank is dead or silent, and then at every call.
///
/// One convention: a parameter's gradient is the SUM over ranks of their gradients of the one
/// global loss, each by its own rows. Nothing is averaged, and no factor of the number of ranks
/// stands anywhere.
class Communicator {
 public:
  /// The only rank: everything is done already.
  Communicator() = default;
  /// Rank `rank` of `size`, which talk through the transport.
  Communicator(std::unique_ptr<Transport> transport, int rank, int size);
  /// While an exception is on its way, the other ranks are left without a farewell.
  ~Communicator();
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool alone() const { return size_ == 1; }

  /// "gloo", "mpi", "nccl", or "" of a single rank.
  std::string transport_name() const;

  /// Begin of the share of n rows that rank r has; its end is that of r + 1. Shares differ by one
  /// at most.
  std::int64_t first_row(std::int64_t n, int rank) const { return rank * n / size_; }
  std::int64_t first_row(std::int64_t n) const { return first_row(n, rank_); }
  std::int64_t n_rows(std::int64_t n) const { return first_row(n, rank_ + 1) - first_row(n); }

  /// Something under way; its tensor is left alone until wait(), which throws what went wrong.
  class Pending {
   public:
    Pending() = default;
    /// What that future is of.
    explicit Pending(std::future<void> done) : done_(std::move(done)) {}
    /// Returns when it is done; at once the second time.
    void wait() {
      if (done_.valid()) done_.get();
    }

   private:
    std::future<void> done_;
  };

  /// tensor <- its sum over ranks: the same bits on each.
  Pending start_sum(const at::Tensor& tensor);
  void sum(const at::Tensor& tensor) { start_sum(tensor).wait(); }

  /// (n, ...) <- the rows of all ranks in rank order, of which this one gives its share of n.
  at::Tensor gather_rows(const at::Tensor& own, std::int64_t n);

  /// The largest of the ranks' numbers.
  double maximum(double value, std::chrono::seconds patience = kSilence);
  /// Whether any rank's flag is set.
  bool any(bool flag, std::chrono::seconds patience = kSilence) {
    return maximum(flag ? 1 : 0, patience) != 0;
  }

  /// Returns when all ranks are here; throws if one is not within `patience`.
  void barrier(std::chrono::seconds patience = kSilence);

 private:
  using Work = std::function<void()>;

  Pending start(Work work);
  void serve(const std::stop_token& stop);

  std::unique_ptr<Transport> transport_;
  int rank_ = 0, size_ = 1;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::packaged_task<void()>> queue_;
  bool abandons_ = false;
  std::string failure_;  // what every later call throws; of the communication thread
  std::jthread thread_;
};

/// Does on every rank what may fail on some. Those on which it fails throw why; the others are told
/// by `false`, whatever the transport, and need not find out by waiting.
bool on_every_rank(Communicator& ranks, const std::function<void()>& work,
                   std::chrono::seconds patience = kSilence);

/// The same for what rank 0 does for all, such as opening a folder.
bool on_first_rank(Communicator& ranks, const std::function<void()>& work,
                   std::chrono::seconds patience = kSilence);

}  // namespace lagoon::contrastive
