#include "contrastive/encoders/mlp.hpp"

#include <cmath>
#include <string>

namespace lagoon::contrastive {

Mlp::Mlp(std::int64_t n_in, std::int64_t width, std::int64_t depth, std::int64_t n_out,
         WeightSource& weights) {
  for (std::int64_t layer = 0; layer < depth; ++layer) {
    const std::int64_t fan_in = layer == 0 ? n_in : width;
    const double std = std::sqrt(2.0 / static_cast<double>(fan_in));
    hidden_.push_back(register_module("hidden" + std::to_string(layer),
                                      std::make_shared<Linear>(fan_in, width, std, true, weights)));
  }
  const double std = 1 / std::sqrt(static_cast<double>(width));
  output_ = register_module("output", std::make_shared<Linear>(width, n_out, std, true, weights));
}

torch::Tensor Mlp::forward(const torch::Tensor& features) const {
  torch::Tensor x = features;
  for (const auto& layer : hidden_) x = at::relu(layer->forward(x));
  return output_->forward(x).to(at::kFloat);
}

}  // namespace lagoon::contrastive
