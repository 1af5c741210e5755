#pragma once

#include <memory>

#include "contrastive/encoders/layers.hpp"

namespace lagoon::contrastive {

/// LeNet-5 (LeCun, Bottou, Bengio, Haffner 1998) with ReLU and max pooling, as [BST] 6.2 has it;
/// the print gives no layout. Images (batch, 784), pixels in [0, 1], rows of 28 from the top:
///   5x5 convolution to 6 channels on the image with a margin of 2, pooled to 14 x 14;
///   5x5 convolution to 16 channels, pooled to 5 x 5; 400 -> 120 -> 84 -> n_out.
/// Weights He-normal (variance 2 / fan-in), the last ones 1 / fan-in, biases zero.
class LeNet : public Encoder {
 public:
  static constexpr std::int64_t kSide = 28;
  static constexpr std::int64_t kPenultimate = 84;

  /// Takes its initial weights from the source.
  LeNet(std::int64_t n_out, WeightSource& weights);

  /// (batch, 784) -> (batch, n_out), no activation.
  torch::Tensor forward(const torch::Tensor& images) const override;

  /// (batch, 784) -> (batch, 84), after the ReLU: what a classifier of further labels is given.
  torch::Tensor penultimate(const torch::Tensor& images) const;

 private:
  /// A bank of 5x5 filters.
  struct Filters {
    torch::Tensor weight, bias;
  };
  Filters add_filters(const char* name, std::int64_t n_in, std::int64_t n_out,
                      WeightSource& weights);

  Filters edges_, strokes_;
  std::shared_ptr<Linear> hidden_, last_hidden_, output_;
};

}  // namespace lagoon::contrastive
