#pragma once

#include <vector>

#include "flow/assimilation/library/kernel.hpp"

namespace lagoon::flow::library {

/// The kernels that this machine can run, best first; the last is "base".
std::vector<const Kernel*> available_kernels();

/// That of instruction_set(); chosen once.
const Kernel& chosen_kernel();

}  // namespace lagoon::flow::library
