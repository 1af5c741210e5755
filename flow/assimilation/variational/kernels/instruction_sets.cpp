#include "flow/assimilation/variational/kernels/instruction_sets.hpp"

#include "flow/kernels/runnable_kernels.hpp"

namespace lagoon::flow::variational {

std::vector<const Kernel*> available_kernels() {
#if defined(LAGOON_X86_KERNELS)
  return runnable_kernels(avx512::kKernel, avx2::kKernel, base::kKernel);
#else
  return {&base::kKernel};
#endif
}

const Kernel& chosen_kernel() {
  static const Kernel& chosen = flow::chosen_kernel(available_kernels());
  return chosen;
}

}  // namespace lagoon::flow::variational
