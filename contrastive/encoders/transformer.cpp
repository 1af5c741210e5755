#include "contrastive/encoders/transformer.hpp"

#include <algorithm>
#include <string>

#include "contrastive/encoders/checkpointed.hpp"
#include "contrastive/encoders/computation.hpp"
#include "contrastive/encoders/fused/quick_gelu.hpp"
#include "contrastive/encoders/fused/self_attention.hpp"

namespace lagoon::contrastive {
namespace {

/// Tokens encoded at a time: few enough for a core's second cache, enough for its products.
constexpr std::int64_t kShardTokens = 800;

}  // namespace

double transformer_flops(const TransformerShape& shape) {
  const auto tokens = static_cast<double>(shape.n_tokens), width = static_cast<double>(shape.width);
  const auto layers = static_cast<double>(shape.layers);
  const double square = 2 * width * width;
  // Of a token: queries, keys and values 3, output 1, MLP 8 squares.
  const double seen = shape.causal ? tokens * (tokens + 1) / 2 : tokens * tokens;
  const double whole = 12 * square * tokens + 4 * width * seen;
  const double last = shape.pool_last ? square * (3 * tokens + 9) + 4 * width * tokens : whole;
  const double ends =
      tokens * static_cast<double>(shape.token_size) + static_cast<double>(shape.n_out);
  return (layers - 1) * whole + last + 2 * width * ends;
}

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

torch::Tensor AttentionBlock::forward(const torch::Tensor& x, bool last_only) const {
  const torch::Tensor qkv = qkv_->forward(norm_attention_->forward(x));
  const torch::Tensor mixed = self_attention(qkv, heads_, causal_, last_only);
  const torch::Tensor before = last_only ? x.narrow(1, x.size(1) - 1, 1) : x;
  const torch::Tensor y = before + attention_output_->forward(mixed);
  return y + mlp_output_->forward(quick_gelu(mlp_input_->forward(norm_mlp_->forward(y))));
}

torch::Tensor AttentionBlock::forward_checkpointed(const torch::Tensor& x, bool last_only) const {
  const auto run = [this, last_only](const torch::Tensor& input) {
    return forward(input, last_only);
  };
  return checkpointed(run, x, parameters());
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

std::int64_t Transformer::shard_rows(std::int64_t preferred) const {
  return std::clamp(kShardTokens / shape_.n_tokens, std::int64_t{1}, preferred);
}

double Transformer::flops() const {
  return transformer_flops(shape_);
}

torch::Tensor Transformer::blocks(const torch::Tensor& features, bool last_only) const {
  torch::Tensor x = features.view({features.size(0), shape_.n_tokens, shape_.token_size});
  x = lift_->forward(x) + positions_;
  for (const auto& block : blocks_) {
    const bool last = last_only && block == blocks_.back();
    const bool again = computation().checkpointing && torch::GradMode::is_enabled();
    x = again ? block->forward_checkpointed(x, last) : block->forward(x, last);
  }
  return final_norm_->forward(x);
}

torch::Tensor Transformer::tokens(const torch::Tensor& features) const {
  return blocks(features, false);
}

torch::Tensor Transformer::forward(const torch::Tensor& features) const {
  const torch::Tensor x = blocks(features, shape_.pool_last);
  const torch::Tensor pooled = shape_.pool_last ? x.select(1, x.size(1) - 1) : x.mean(1);
  return projection_->forward(pooled).to(at::kFloat);
}

}  // namespace lagoon::contrastive
