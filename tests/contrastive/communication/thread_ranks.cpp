#include "tests/contrastive/communication/thread_ranks.hpp"

#include <barrier>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include <ATen/ATen.h>

#include "contrastive/communication/ranks.hpp"

namespace lagoon::contrastive::tests {
namespace {

/// What the ranks of one run share.
struct Meeting {
  explicit Meeting(int size) : tensors(size), barrier(size) {}
  std::vector<at::Tensor> tensors;
  std::barrier<> barrier;
};

class ThreadTransport : public Transport {
 public:
  ThreadTransport(std::shared_ptr<Meeting> meeting, int rank)
      : meeting_(std::move(meeting)), rank_(rank) {}

  std::string name() const override { return "threads"; }

  void sum(const at::Tensor& tensor, std::chrono::seconds /*patience*/) override {
    tensor.copy_(exchange(tensor).sum(0));
  }
  void maximum(const at::Tensor& tensor, std::chrono::seconds /*patience*/) override {
    tensor.copy_(exchange(tensor).amax(0));
  }
  void gather(const at::Tensor& own, const at::Tensor& all,
              std::chrono::seconds /*patience*/) override {
    all.copy_(exchange(own));
  }

 private:
  at::Tensor exchange(const at::Tensor& own) {
    meeting_->tensors[rank_] = own;
    meeting_->barrier.arrive_and_wait();
    const at::Tensor all = at::stack(meeting_->tensors);
    meeting_->barrier.arrive_and_wait();
    return all;
  }

  std::shared_ptr<Meeting> meeting_;
  int rank_;
};

void run_each(int size, const std::function<void(int)>& work) {
  std::vector<std::exception_ptr> failures(size);
  {
    std::vector<std::jthread> threads;
    for (int rank = 0; rank < size; ++rank) {
      threads.emplace_back([&, rank] {
        try {
          work(rank);
        } catch (...) {
          failures[rank] = std::current_exception();
        }
      });
    }
  }
  for (const auto& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace

void run_ranks(int size, const std::function<void(Communicator&)>& work) {
  const auto meeting = std::make_shared<Meeting>(size);
  run_each(size, [&](int rank) {
    Communicator ranks(std::make_unique<ThreadTransport>(meeting, rank), rank, size);
    work(ranks);
  });
}

void run_gloo_ranks(int size, const std::function<void(Communicator&)>& work) {
  const LocalStore store;
  run_each(size, [&](int rank) {
    Launch launch;
    launch.by = "torchrun";
    launch.rank = launch.local_rank = rank;
    launch.size = launch.local_size = size;
    launch.host = "127.0.0.1";
    launch.port = store.port();
    launch.store_is_served = true;
    work(*join_ranks(launch));
  });
}

}  // namespace lagoon::contrastive::tests
