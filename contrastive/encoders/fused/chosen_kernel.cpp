#include "contrastive/encoders/fused/chosen_kernel.hpp"

#include "flow/kernels/runnable_kernels.hpp"

namespace lagoon::contrastive::fused {
namespace {

const Kernel* chosen_kernel() {
  static const Kernel* const chosen = flow::chosen_fused_kernel(available_kernels());
  return chosen;
}

}  // namespace

std::vector<const Kernel*> available_kernels() {
  return LAGOON_RUNNABLE_KERNELS(kKernel);
}

const Kernel* kernel_for(const torch::Tensor& tensor) {
  const at::ScalarType type = tensor.scalar_type();
  const bool suits = tensor.device().is_cpu() && tensor.is_contiguous() &&
                     (type == at::kFloat || type == at::kBFloat16);
  return suits ? chosen_kernel() : nullptr;
}

}  // namespace lagoon::contrastive::fused
