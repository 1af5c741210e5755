#include "contrastive/encoders/mlp.hpp"

#include <string>

namespace lagoon::contrastive {

Mlp::Mlp(std::int64_t n_in, std::int64_t width, std::int64_t depth, std::int64_t n_out,
         WeightSource& weights) {
  for (std::int64_t layer = 0; layer < depth; ++layer) {
    const std::int64_t fan_in = layer == 0 ? n_in : width;
    hidden_.push_back(
        register_module("hidden" + std::to_string(layer),
                        std::make_shared<Linear>(fan_in, width, he_std(fan_in), true, weights)));
  }
  output_ = register_module(
      "output", std::make_shared<Linear>(width, n_out, inverse_root(width), true, weights));
}

torch::Tensor Mlp::forward(const torch::Tensor& features) const {
  torch::Tensor x = features;
  for (const auto& layer : hidden_) x = at::relu(layer->forward(x));
  return output_->forward(x).to(at::kFloat);
}

}  // namespace lagoon::contrastive
