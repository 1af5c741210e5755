#include "contrastive/encoders/transformer.hpp"

#include <cmath>

#include "contrastive/torch_compat.hpp"

namespace lagoon::contrastive {
namespace {

torch::Tensor quick_gelu(const torch::Tensor& x) {
  return x * at::sigmoid(1.702 * x);
}

double inverse_root(std::int64_t n) {
  return 1 / std::sqrt(static_cast<double>(n));
}

}  // namespace

AttentionBlock::AttentionBlock(const TransformerShape& shape, WeightSource& weights)
    : heads_(shape.heads), causal_(shape.causal) {
  const std::int64_t width = shape.width;
  const auto linear = [&](const char* name, std::int64_t n_in, std::int64_t n_out, double std) {
    return register_module(name, std::make_shared<Linear>(n_in, n_out, std, true, weights));
  };
  const double output_std = inverse_root(2 * width * shape.layers);
  norm_attention_ = register_module("norm_attention", std::make_shared<LayerNorm>(width));
  qkv_ = linear("qkv", width, 3 * width, inverse_root(width));
  attention_output_ = linear("attention_output", width, width, output_std);
  norm_mlp_ = register_module("norm_mlp", std::make_shared<LayerNorm>(width));
  mlp_input_ = linear("mlp_input", width, 4 * width, inverse_root(2 * width));
  mlp_output_ = linear("mlp_output", 4 * width, width, output_std);
}

torch::Tensor AttentionBlock::attend(const torch::Tensor& x) const {
  const std::int64_t batch = x.size(0), tokens = x.size(1), width = x.size(2);
  // (batch, token, 3 width) -> three of (batch, head, token, width / heads)
  const auto qkv =
      qkv_->forward(x).view({batch, tokens, 3, heads_, width / heads_}).permute({2, 0, 3, 1, 4});
  const torch::Tensor mixed = attention(qkv[0], qkv[1], qkv[2], causal_);
  return attention_output_->forward(mixed.transpose(1, 2).reshape({batch, tokens, width}));
}

torch::Tensor AttentionBlock::forward(const torch::Tensor& x) const {
  const torch::Tensor y = x + attend(norm_attention_->forward(x));
  return y + mlp_output_->forward(quick_gelu(mlp_input_->forward(norm_mlp_->forward(y))));
}

Transformer::Transformer(const TransformerShape& shape, WeightSource& weights) : shape_(shape) {
  const std::int64_t width = shape.width;
  lift_ = register_module(
      "lift", std::make_shared<Linear>(shape.token_size, width, inverse_root(shape.token_size),
                                       true, weights));
  positions_ = register_parameter("positions", weights.normal({shape.n_tokens, width}, 0.01));
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    blocks_.push_back(register_module("block" + std::to_string(layer),
                                      std::make_shared<AttentionBlock>(shape, weights)));
  }
  final_norm_ = register_module("final_norm", std::make_shared<LayerNorm>(width));
  projection_ = register_module(
      "projection",
      std::make_shared<Linear>(width, shape.n_out, inverse_root(width), false, weights));
}

torch::Tensor Transformer::tokens(const torch::Tensor& features) const {
  torch::Tensor x = features.view({features.size(0), shape_.n_tokens, shape_.token_size});
  x = lift_->forward(x) + positions_;
  for (const auto& block : blocks_) x = block->forward(x);
  return final_norm_->forward(x);
}

torch::Tensor Transformer::forward(const torch::Tensor& features) const {
  const torch::Tensor x = tokens(features);
  return projection_->forward(shape_.pool_last ? x.select(1, shape_.n_tokens - 1) : x.mean(1));
}

}  // namespace lagoon::contrastive
