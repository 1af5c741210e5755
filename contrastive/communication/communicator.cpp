#include "contrastive/communication/communicator.hpp"

#include <exception>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "contrastive/torch_errors.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {

Communicator::Communicator(std::unique_ptr<Transport> transport, int rank, int size)
    : transport_(std::move(transport)),
      rank_(rank),
      size_(size),
      thread_([this](const std::stop_token& stop) { serve(stop); }) {}

Communicator::~Communicator() {
  const std::lock_guard lock(mutex_);
  abandons_ = std::uncaught_exceptions() > 0;
}

std::string Communicator::transport_name() const {
  return transport_ ? transport_->name() : "";
}

void Communicator::serve(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !queue_.empty(); })) {
    std::packaged_task<void()> task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
  if (abandons_) transport_->abandon();
  transport_.reset();  // MPI is ended by the thread that began it
}

Communicator::Pending Communicator::start(Work work) {
  std::packaged_task<void()> task([this, work = std::move(work)] {
    if (failure_.empty()) try {
        work();
      } catch (const Error& error) {
        failure_ = error.what();  // it has its remedy
      } catch (const std::exception& error) {
        failure_ = "rank " + std::to_string(rank_) + " of " + std::to_string(size_) +
                   ": another rank died, or was silent for too long (" + first_line(error.what()) +
                   "): see what it said; the last checkpoint is whole, and --resume continues";
      }
    if (!failure_.empty()) throw Error(failure_);
  });
  Pending pending(task.get_future());
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(task));
  }
  changed_.notify_one();
  return pending;
}

Communicator::Pending Communicator::start_sum(const at::Tensor& tensor) {
  if (alone() || tensor.numel() == 0) return {};
  return start([this, tensor] { transport_->sum(tensor, kSilence); });
}

at::Tensor Communicator::gather_rows(const at::Tensor& own, std::int64_t n) {
  if (alone()) return own;
  // Shares that are shorter by one get a last row that nobody reads.
  const std::int64_t most = (n + size_ - 1) / size_;
  std::vector<std::int64_t> sizes = own.sizes().vec();
  sizes[0] = most;
  const at::Tensor padded = at::zeros(sizes, own.options());
  padded.narrow(0, 0, own.size(0)).copy_(own);
  sizes.insert(sizes.begin(), size_);
  const at::Tensor all = at::empty(sizes, own.options());
  start([&] { transport_->gather(padded, all, kSilence); }).wait();
  std::vector<at::Tensor> shares;
  for (int r = 0; r < size_; ++r) {
    shares.push_back(all[r].narrow(0, 0, first_row(n, r + 1) - first_row(n, r)));
  }
  return at::cat(shares);
}

double Communicator::maximum(double value, std::chrono::seconds patience) {
  if (alone()) return value;
  const at::Tensor number = at::full({1}, value, at::kDouble);
  start([&] { transport_->maximum(number, patience); }).wait();
  return number.item<double>();
}

void Communicator::barrier(std::chrono::seconds patience) {
  if (alone()) return;
  const at::Tensor nothing = at::zeros({1}, at::kFloat);
  start([&] { transport_->sum(nothing, patience); }).wait();
}

bool on_every_rank(Communicator& ranks, const std::function<void()>& work,
                   std::chrono::seconds patience) {
  std::exception_ptr problem;
  try {
    work();
  } catch (...) {
    problem = std::current_exception();
  }
  bool failed = true;
  try {
    failed = ranks.any(problem != nullptr, patience);
  } catch (const Error&) {
    if (!problem) throw;
  }
  if (problem) std::rethrow_exception(problem);
  return !failed;
}

bool on_first_rank(Communicator& ranks, const std::function<void()>& work,
                   std::chrono::seconds patience) {
  return on_every_rank(
      ranks,
      [&] {
        if (ranks.rank() == 0) work();
      },
      patience);
}

}  // namespace lagoon::contrastive
