#include "contrastive/training/step/loss_log.hpp"

#include <cmath>

#include "flow/error.hpp"

namespace lagoon::contrastive {

double LossLog::collect(std::int64_t step) {
  const torch::Tensor losses = at::stack(losses_);
  for (std::int64_t i = 0; i < size(); ++i) {
    if (std::isfinite(losses_[i].item<double>())) continue;
    throw Error("the loss is not finite at step " + std::to_string(step - size() + 1 + i) +
                remedy_);
  }
  losses_.clear();
  return losses.mean().item<double>();
}

}  // namespace lagoon::contrastive
