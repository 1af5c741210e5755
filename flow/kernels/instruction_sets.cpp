#include "flow/kernels/instruction_sets.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include "flow/error.hpp"
#include "flow/kernels/runnable_kernels.hpp"

namespace lagoon::flow {
namespace {

std::vector<const KernelSet*> find_kernels() {
  return LAGOON_RUNNABLE_KERNELS(kKernels);
}

}  // namespace

std::span<const KernelSet* const> available_kernels() {
  static const std::vector<const KernelSet*> found = find_kernels();
  return found;
}

const KernelSet& kernels_named(std::string_view name) {
  std::string names;
  for (const KernelSet* kernels : available_kernels()) {
    if (kernels->name == name) return *kernels;
    names += (names.empty() ? "" : ", ") + std::string(kernels->name);
  }
  throw Error("instruction set '" + std::string(name) + "' (LAGOON_ISA): this machine runs " +
              names + ": name one of them, or unset LAGOON_ISA for the best");
}

const KernelSet& chosen_kernels() {
  static const KernelSet& chosen = []() -> const KernelSet& {
    const char* const name = std::getenv("LAGOON_ISA");
    return name == nullptr ? *available_kernels().front() : kernels_named(name);
  }();
  return chosen;
}

std::string instruction_set() {
  return std::string(chosen_kernels().name);
}

}  // namespace lagoon::flow
