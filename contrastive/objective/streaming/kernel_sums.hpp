#pragma once

#include <memory>

#include "contrastive/objective/streaming/kernel.hpp"
#include "contrastive/objective/streaming/pair_sums.hpp"

namespace lagoon::contrastive::streaming {

/// The sums by a kernel, of float32 factors on the CPU, on the threads of contrastive/threads.hpp.
/// One tile a thread is in memory at a time, beside three copies of the factors. Their bits depend
/// neither on the number of threads nor on the instruction set.
std::unique_ptr<PairSums> kernel_sums(const Kernel& kernel, const Factors& factors,
                                      const Targets& targets);

}  // namespace lagoon::contrastive::streaming
