#pragma once

#include <span>
#include <string>
#include <string_view>

#include "flow/kernels/kernel.hpp"

namespace lagoon::flow {

/// The kernels that this machine can run, best first; the last is "base".
std::span<const KernelSet* const> available_kernels();

/// The available kernel of that name. Throws Error, which lists the names, for another.
const KernelSet& kernels_named(std::string_view name);

/// The best kernel, or the one that the environment variable LAGOON_ISA names; chosen once.
const KernelSet& chosen_kernels();

/// Its name: "avx512", "avx2" or "base". Throws Error if the machine lacks what LAGOON_ISA names.
std::string instruction_set();

}  // namespace lagoon::flow
