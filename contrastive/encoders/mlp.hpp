#pragma once

#include <memory>
#include <vector>

#include "contrastive/encoders/layers.hpp"

namespace lagoon::contrastive {

/// n_in -> width, `depth` hidden layers of ReLU, -> n_out without activation.
/// Weights He-normal (variance 2 / fan-in), the last one 1 / fan-in.
class Mlp : public Encoder {
 public:
  /// Takes its initial weights from the source.
  Mlp(std::int64_t n_in, std::int64_t width, std::int64_t depth, std::int64_t n_out,
      WeightSource& weights);
  torch::Tensor forward(const torch::Tensor& features) const override;

 private:
  std::vector<std::shared_ptr<Linear>> hidden_;
  std::shared_ptr<Linear> output_;
};

}  // namespace lagoon::contrastive
