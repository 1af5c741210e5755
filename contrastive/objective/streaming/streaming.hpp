#pragma once

#include <torch/types.h>

#include "contrastive/objective/log_mean_exps.hpp"
#include "contrastive/objective/tilting.hpp"

namespace lagoon::contrastive {

/// log_mean_exps() and softplus_mean() of log_rho = u v^T, (B_u, D) and (B_v, D), without the (B_u,
/// B_v) matrix: a tile of it at a time, running maxima subtracted from what is exponentiated, and
/// the whole computed again for the gradients. These are for the factors (so for all that they are
/// made of, the temperature too), once: to differentiate them again throws Error.
///
/// float32 on the CPU goes through kernels of our own, on the threads of threads.hpp, with bits
/// that depend neither on their number nor on the instruction set (AVX2 or AVX-512; a processor
/// without fused products, and LAGOON_ISA=base, take the other way). float64 and other devices go
/// through LibTorch's operations on tiles. Factors of 16 bits become float32 first: a product
/// rounded to bfloat16 would be off by 0.04 at temperature 0.01 (peers' figure; ours is 2e-6).
///
/// Throws Error unless the factors are matrices of one width, type and device with at least a row,
/// and the targets' exclusions pairs of theirs that leave no row or column empty. (A diagonal is
/// not asked for: only exclusions matter here.)
LogMeanExps streaming_log_mean_exps(const Factors& factors, const Targets& targets,
                                    Sides sides = {});

/// `bias`: a scalar of the factors' device.
torch::Tensor streaming_softplus_mean(const Factors& factors, const torch::Tensor& bias,
                                      const Targets& targets);

}  // namespace lagoon::contrastive
