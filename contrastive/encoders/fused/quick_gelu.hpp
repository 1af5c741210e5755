#pragma once

#include <torch/types.h>

namespace lagoon::contrastive {

/// x sigmoid(1.702 x), in one pass over memory forward and one backward where a kernel suits
/// (fused/chosen_kernel.hpp). Once differentiable there.
torch::Tensor quick_gelu(const torch::Tensor& x);

/// The same by plain operations: the oracle.
torch::Tensor plain_quick_gelu(const torch::Tensor& x);

}  // namespace lagoon::contrastive
