#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace lagoon::contrastive {

/// Lets the calling thread run when others of the process leave a core free (Linux; else nothing).
void yield_to_others();

/// Items first, first + 1, ... made by background threads ahead of their use, each by one thread,
/// and taken in order by one other thread. At most `depth` are made or in the making: what the
/// queue holds is bounded. An exception of make() is rethrown by take(), in its item's turn or
/// before, and by every later one. Destruction waits for what is in the making, and makes no more.
template <class Item>
class Prefetch {
 public:
  /// make(index) is called from all threads at once.
  Prefetch(std::int64_t first, int threads, std::int64_t depth,
           std::function<Item(std::int64_t)> make)
      : make_(std::move(make)), depth_(depth), taken_(first), claimed_(first) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
  }

  Prefetch(const Prefetch&) = delete;
  Prefetch& operator=(const Prefetch&) = delete;

  ~Prefetch() {
    for (auto& thread : threads_) thread.request_stop();
    threads_.clear();
  }

  /// The index that the next take() gives.
  std::int64_t next() const { return taken_; }

  /// The next item, as soon as it is there; rethrows what make() threw.
  Item take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return failure_ || ready_.contains(taken_); });
    if (!ready_.contains(taken_)) std::rethrow_exception(failure_);
    Item item = std::move(ready_.extract(taken_).mapped());
    ++taken_;
    changed_.notify_all();
    return item;
  }

  /// While it is paused no item is begun, unless one is waited for.
  void pause(bool paused) {
    const std::lock_guard lock(mutex_);
    paused_ = paused;
    changed_.notify_all();
  }

  bool is_paused() const {
    const std::lock_guard lock(mutex_);
    return paused_;
  }

  std::int64_t n_ready() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::int64_t>(ready_.size());
  }

  /// Items in the making.
  std::int64_t n_working() const {
    const std::lock_guard lock(mutex_);
    return claimed_ - taken_ - static_cast<std::int64_t>(ready_.size());
  }

 private:
  bool may_claim() const { return !failure_ && claimed_ < taken_ + (paused_ ? 1 : depth_); }

  void work(const std::stop_token& stop) {
    yield_to_others();
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return may_claim(); })) {
      const std::int64_t index = claimed_++;
      lock.unlock();
      try {
        Item item = make_(index);
        lock.lock();
        ready_.emplace(index, std::move(item));
      } catch (...) {
        if (!lock.owns_lock()) lock.lock();
        if (!failure_) failure_ = std::current_exception();
      }
      changed_.notify_all();
    }
  }

  std::function<Item(std::int64_t)> make_;
  std::int64_t depth_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::int64_t, Item> ready_;
  std::int64_t taken_, claimed_;
  bool paused_ = false;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;
};

}  // namespace lagoon::contrastive
