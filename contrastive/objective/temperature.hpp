#pragma once

#include <torch/nn/module.h>

#include "contrastive/options.hpp"

namespace lagoon::contrastive {

/// The temperature of a tilting, held as log(1/temperature) as in CLIP, learned or fixed.
class Temperature : public torch::nn::Module {
 public:
  /// A learned one stays between `least` and `most`. Throws Error unless 0 < least <= initial <=
  /// most.
  Temperature(double initial, bool learned, double least = kMinTemperature,
              double most = kMaxTemperature);

  /// 1/temperature, a differentiable scalar.
  torch::Tensor inverse() const;

  /// Puts it back between its bounds; after each step.
  void clamp();

  /// The number, read from the tensor.
  double value() const;

 private:
  double least_, most_;
  torch::Tensor log_inverse_;
};

}  // namespace lagoon::contrastive
