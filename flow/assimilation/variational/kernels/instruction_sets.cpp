#include "flow/assimilation/variational/kernels/instruction_sets.hpp"

#include <algorithm>
#include <string>

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
  static const Kernel& chosen = []() -> const Kernel& {
    const auto kernels = available_kernels();
    const std::string name = instruction_set();
    return **std::ranges::find_if(kernels, [&](const Kernel* k) { return k->name == name; });
  }();
  return chosen;
}

}  // namespace lagoon::flow::variational
