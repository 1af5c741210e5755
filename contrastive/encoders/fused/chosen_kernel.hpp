#pragma once

#include <vector>

#include <torch/types.h>

#include "contrastive/encoders/fused/kernel.hpp"

namespace lagoon::contrastive::fused {

/// The kernels that this machine can run, best first; the last is "base".
std::vector<const Kernel*> available_kernels();

/// That of flow::instruction_set() (which LAGOON_ISA overrides) where it suits these tensors:
/// contiguous, on the CPU, float32 or bfloat16, all of one type. Null: take plain operations, also
/// where a kernel would have to call the maths library for each fused product.
const Kernel* kernel_for(const torch::Tensor& tensor);

/// Calls work(functions, pointer), pointer being that of a tensor of either type.
template <class Work>
void with_numbers(const Kernel& kernel, at::ScalarType type, Work&& work) {
  if (type == at::kFloat) {
    work(kernel.fp32, [](const torch::Tensor& t) { return t.data_ptr<float>(); });
  } else {
    work(kernel.bf16, [](const torch::Tensor& t) {
      return reinterpret_cast<Bfloat16*>(t.data_ptr<at::BFloat16>());
    });
  }
}

}  // namespace lagoon::contrastive::fused
