#include "flow/assimilation/variational/kernels/instruction_sets.hpp"

#include "flow/kernels/runnable_kernels.hpp"

namespace lagoon::flow::variational {

std::vector<const Kernel*> available_kernels() {
  return LAGOON_RUNNABLE_KERNELS(kKernel);
}

const Kernel& chosen_kernel() {
  static const Kernel& chosen = flow::chosen_kernel(available_kernels());
  return chosen;
}

}  // namespace lagoon::flow::variational
