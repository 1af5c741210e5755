#include "flow/integration/instruction_sets.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include "flow/error.hpp"
#include "flow/integration/trajectories.hpp"

namespace lagoon::flow {
namespace {

std::vector<const Kernel*> find_kernels() {
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

}  // namespace

std::span<const Kernel* const> available_kernels() {
  static const std::vector<const Kernel*> kernels = find_kernels();
  return kernels;
}

const Kernel& kernel_named(std::string_view name) {
  std::string names;
  for (const Kernel* kernel : available_kernels()) {
    if (kernel->name == name) return *kernel;
    names += (names.empty() ? "" : ", ") + std::string(kernel->name);
  }
  throw Error("instruction set '" + std::string(name) + "' (LAGOON_ISA): this machine runs " +
              names + ": name one of them, or unset LAGOON_ISA for the best");
}

const Kernel& chosen_kernel() {
  static const Kernel& chosen = []() -> const Kernel& {
    const char* const name = std::getenv("LAGOON_ISA");
    return name == nullptr ? *available_kernels().front() : kernel_named(name);
  }();
  return chosen;
}

std::string instruction_set() {
  return std::string(chosen_kernel().name);
}

}  // namespace lagoon::flow
