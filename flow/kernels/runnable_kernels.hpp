#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "flow/kernels/instruction_sets.hpp"

namespace lagoon::flow {

#if defined(LAGOON_X86_KERNELS)
/// Of one family's kernels, an object an instruction set, those that this machine can run, best
/// first.
template <class Kernel>
std::vector<const Kernel*> runnable_kernels(const Kernel& avx512, const Kernel& avx2,
                                            const Kernel& base) {
  std::vector<const Kernel*> kernels;
  const bool has_fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    kernels.push_back(&avx512);
  }
  if (has_fma) kernels.push_back(&avx2);
  kernels.push_back(&base);
  return kernels;
}

/// The kernels base::, avx2:: and avx512::NAME of the namespace it stands in that this machine can
/// run, best first; those that were not compiled are not named.
#define LAGOON_RUNNABLE_KERNELS(kernel) \
  ::lagoon::flow::runnable_kernels(avx512::kernel, avx2::kernel, base::kernel)
#else
#define LAGOON_RUNNABLE_KERNELS(kernel) \
  { &base::kernel }
#endif

/// That of instruction_set(), which is among the runnable ones.
template <class Kernel>
const Kernel& chosen_kernel(const std::vector<const Kernel*>& kernels) {
  const std::string name = instruction_set();
  return **std::find_if(kernels.begin(), kernels.end(),
                        [&](const Kernel* kernel) { return kernel->name == name; });
}

/// That of instruction_set(); null if it would have to call the maths library for each fused
/// product.
template <class Kernel>
const Kernel* chosen_fused_kernel(const std::vector<const Kernel*>& kernels) {
  const std::string name = instruction_set();
  for (const Kernel* kernel : kernels) {
    if (kernel->name == name && kernel->is_fused) return kernel;
  }
  return nullptr;
}

}  // namespace lagoon::flow
