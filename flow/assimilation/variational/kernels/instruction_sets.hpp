#pragma once

#include <vector>

#include "flow/assimilation/variational/kernels/kernel.hpp"

namespace lagoon::flow::variational {

/// The kernels that this machine can run, best first; the last is "base".
std::vector<const Kernel*> available_kernels();

/// That of flow::instruction_set(), which LAGOON_ISA overrides.
const Kernel& chosen_kernel();

}  // namespace lagoon::flow::variational
