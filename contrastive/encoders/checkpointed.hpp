#pragma once

#include <functional>
#include <vector>

#include <torch/types.h>

namespace lagoon::contrastive {

/// run(x), keeping x alone: backward calls run again, in the computation (computation.hpp) of this
/// call, and goes back through that graph. `parameters` are those that run depends on beside x. It
/// draws no random numbers, so there is no random state to replay. Once differentiable.
torch::Tensor checkpointed(const std::function<torch::Tensor(const torch::Tensor&)>& run,
                           const torch::Tensor& x, const std::vector<torch::Tensor>& parameters);

}  // namespace lagoon::contrastive
