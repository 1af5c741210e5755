#pragma once

#include <vector>

#include "contrastive/objective/streaming/kernel.hpp"

namespace lagoon::contrastive::streaming {

/// The kernels that this machine can run, best first; the last is "base".
std::vector<const Kernel*> available_kernels();

/// That of flow::instruction_set(), which LAGOON_ISA overrides; null if it would have to call the
/// maths library for each fused product: then plain operations on tiles are quicker.
const Kernel* chosen_kernel();

}  // namespace lagoon::contrastive::streaming
