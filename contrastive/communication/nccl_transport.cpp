#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include <ATen/ATen.h>
#include <c10/cuda/CUDAGuard.h>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include "contrastive/communication/store.hpp"
#include "contrastive/communication/transports.hpp"
#include "contrastive/gpu.hpp"

namespace lagoon::contrastive {
namespace {

/// Waits for a collective as long as told, and throws then. (What Work::wait does of a time of its
/// own differs between versions, and the group's time ends the process.)
template <class Work>
void wait_for(Work& work, std::chrono::seconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!work.isCompleted()) {
    if (std::chrono::steady_clock::now() > end)
      throw std::runtime_error("no answer within " + std::to_string(patience.count()) + " s");
    std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
  work.wait();
}

/// One GPU a rank. Tensors of the CPU (flags, sums of losses) go by way of it. The calling thread
/// waits for the GPU.
class NcclTransport : public Transport {
 public:
  explicit NcclTransport(const Launch& launch) : device_(gpu_of(launch.local_rank)) {
    const auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = kLongWork + kSilence;
    group_ = c10::make_intrusive<c10d::ProcessGroupNCCL>(meeting_store(launch), launch.rank,
                                                         launch.size, options);
  }

  std::string name() const override { return "nccl"; }

  void sum(const at::Tensor& tensor, std::chrono::seconds patience) override {
    reduce(tensor, c10d::ReduceOp::SUM, patience);
  }
  void maximum(const at::Tensor& tensor, std::chrono::seconds patience) override {
    reduce(tensor, c10d::ReduceOp::MAX, patience);
  }

  void gather(const at::Tensor& own, const at::Tensor& all,
              std::chrono::seconds patience) override {
    const c10::cuda::CUDAGuard guard(device_);
    const at::Tensor here = own.to(device_);
    std::vector<at::Tensor> inputs = {here};
    std::vector<std::vector<at::Tensor>> outputs = {
        at::empty(all.sizes(), here.options()).unbind()};
    wait_for(*group_->allgather(outputs, inputs), patience);
    all.copy_(at::stack(outputs.front()));
  }

 private:
  void reduce(const at::Tensor& tensor, c10d::ReduceOp::RedOpType operation,
              std::chrono::seconds patience) {
    const c10::cuda::CUDAGuard guard(device_);
    c10d::AllreduceOptions options;
    options.reduceOp = operation;
    std::vector<at::Tensor> tensors = {tensor.to(device_)};
    wait_for(*group_->allreduce(tensors, options), patience);
    if (!tensor.is_same(tensors.front())) tensor.copy_(tensors.front());
  }

  at::Device device_;
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> group_;
};

}  // namespace

std::unique_ptr<Transport> nccl_transport(const Launch& launch) {
  return std::make_unique<NcclTransport>(launch);
}

}  // namespace lagoon::contrastive
