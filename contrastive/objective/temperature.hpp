#pragma once

#include <torch/nn/module.h>

namespace lagoon::contrastive {

/// The temperature of a tilting, held as log(1/temperature) as in CLIP, learned or fixed.
class Temperature : public torch::nn::Module {
 public:
  Temperature(double initial, bool learned);

  /// 1/temperature, a differentiable scalar.
  torch::Tensor inverse() const;

  /// Puts 1/temperature back into [1/kMaxTemperature, 1/kMinTemperature]; after each step.
  void clamp();

  /// The number, read from the tensor.
  double value() const;

 private:
  torch::Tensor log_inverse_;
};

}  // namespace lagoon::contrastive
