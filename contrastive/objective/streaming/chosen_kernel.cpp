#include "contrastive/objective/streaming/chosen_kernel.hpp"

#include "flow/kernels/runnable_kernels.hpp"

namespace lagoon::contrastive::streaming {

std::vector<const Kernel*> available_kernels() {
  return LAGOON_RUNNABLE_KERNELS(kKernel);
}

const Kernel* chosen_kernel() {
  static const Kernel* const chosen = flow::chosen_fused_kernel(available_kernels());
  return chosen;
}

}  // namespace lagoon::contrastive::streaming
