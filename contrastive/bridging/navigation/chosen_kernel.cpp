#include "contrastive/bridging/navigation/kernel.hpp"
#include "flow/kernels/runnable_kernels.hpp"

namespace lagoon::contrastive::navigation {

std::vector<const Kernel*> available_kernels() {
  return LAGOON_RUNNABLE_KERNELS(kKernel);
}

const Kernel& chosen_kernel() {
  static const Kernel& chosen = flow::chosen_kernel(available_kernels());
  return chosen;
}

}  // namespace lagoon::contrastive::navigation
