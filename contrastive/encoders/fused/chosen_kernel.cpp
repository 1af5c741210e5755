#include "contrastive/encoders/fused/chosen_kernel.hpp"

#include <string>

#include "flow/integration/trajectories.hpp"

namespace lagoon::contrastive::fused {
namespace {

const Kernel* chosen_kernel() {
  static const Kernel* const chosen = []() -> const Kernel* {
    const std::string name = flow::instruction_set();
    for (const Kernel* kernel : available_kernels()) {
      if (kernel->name == name && kernel->is_fused) return kernel;
    }
    return nullptr;
  }();
  return chosen;
}

}  // namespace

std::vector<const Kernel*> available_kernels() {
  std::vector<const Kernel*> kernels;
#if defined(LAGOON_X86_KERNELS)
  const bool has_fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    kernels.push_back(&avx512::kKernel);
  }
  if (has_fma) kernels.push_back(&avx2::kKernel);
#endif
  kernels.push_back(&base::kKernel);
  return kernels;
}

const Kernel* kernel_for(const torch::Tensor& tensor) {
  const at::ScalarType type = tensor.scalar_type();
  const bool suits = tensor.device().is_cpu() && tensor.is_contiguous() &&
                     (type == at::kFloat || type == at::kBFloat16);
  return suits ? chosen_kernel() : nullptr;
}

}  // namespace lagoon::contrastive::fused
