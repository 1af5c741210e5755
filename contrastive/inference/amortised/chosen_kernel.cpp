#include "contrastive/inference/amortised/kernel.hpp"
#include "flow/kernels/runnable_kernels.hpp"

namespace lagoon::contrastive::amortised {

std::vector<const Kernel*> available_kernels() {
#if defined(LAGOON_X86_KERNELS)
  return flow::runnable_kernels(avx512::kKernel, avx2::kKernel, base::kKernel);
#else
  return {&base::kKernel};
#endif
}

const Kernel& chosen_kernel() {
  static const Kernel& chosen = flow::chosen_kernel(available_kernels());
  return chosen;
}

}  // namespace lagoon::contrastive::amortised
