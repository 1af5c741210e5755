#include "contrastive/encoders/layers.hpp"

#include <cmath>

#include "contrastive/encoders/computation.hpp"
#include "flow/random.hpp"

namespace lagoon::contrastive {

double inverse_root(std::int64_t n_in) {
  return 1 / std::sqrt(static_cast<double>(n_in));
}

double he_std(std::int64_t n_in) {
  return std::sqrt(2 / static_cast<double>(n_in));
}

torch::Tensor WeightSource::normal(at::IntArrayRef shape, double std) {
  const std::uint64_t parameter = n_parameters_++;
  torch::Tensor tensor = at::empty(shape, at::kFloat);
  auto* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); i += 2) {
    const auto pair = flow::normal_pair(seed_, flow::Purpose::initial_weights, parameter,
                                        static_cast<std::uint32_t>(i / 2));
    values[i] = static_cast<float>(std * pair[0]);
    if (i + 1 < tensor.numel()) values[i + 1] = static_cast<float>(std * pair[1]);
  }
  return tensor;
}

Linear::Linear(std::int64_t n_in, std::int64_t n_out, double std, bool with_bias,
               WeightSource& weights) {
  weight_ = register_parameter("weight", weights.normal({n_out, n_in}, std));
  if (with_bias) bias_ = register_parameter("bias", at::zeros({n_out}));
}

torch::Tensor Linear::forward(const torch::Tensor& x) const {
  const at::ScalarType products = computation().products;
  if (products == at::kFloat) return at::linear(x, weight_, bias_);
  const torch::Tensor bias = bias_.defined() ? bias_.to(products) : bias_;
  return at::linear(x.to(products), weight_.to(products), bias);
}

LayerNorm::LayerNorm(std::int64_t width) : width_(width) {
  weight_ = register_parameter("weight", at::ones({width}));
  bias_ = register_parameter("bias", at::zeros({width}));
}

torch::Tensor LayerNorm::forward(const torch::Tensor& x) const {
  return at::layer_norm(x.to(at::kFloat), {width_}, weight_, bias_);
}

torch::Tensor Encoder::embed(const torch::Tensor& features) const {
  const auto weights = parameters();
  if (weights.empty()) return forward(features);
  return forward(features.to(weights.front().device())).to(at::kCPU);
}

double Encoder::flops() const {
  double sum = 0;
  for (const torch::Tensor& parameter : parameters()) {
    if (parameter.dim() == 2) sum += 2.0 * static_cast<double>(parameter.numel());
  }
  return sum;
}

}  // namespace lagoon::contrastive
