#pragma once

#include <memory>
#include <vector>

#include "contrastive/encoders/layers.hpp"

namespace lagoon::contrastive {

/// Sizes of a transformer.
struct TransformerShape {
  std::int64_t n_tokens = 0;
  std::int64_t token_size = 0;  ///< features of one token
  std::int64_t width = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t n_out = 0;
  bool causal = true;
  bool pool_last = true;  ///< the last token, else the mean over tokens
};

/// Encoder::flops() of a transformer: lift, blocks (linear maps, and the scores and sums of the
/// tokens that are seen), projection.
double transformer_flops(const TransformerShape& shape);

/// One residual attention block, normalised before each branch: x + attention(norm(x)), then
/// x + MLP(norm(x)) with four times the width and QuickGELU, x sigmoid(1.702 x).
class AttentionBlock : public torch::nn::Module {
 public:
  /// Takes its initial weights from the source.
  AttentionBlock(const TransformerShape& shape, WeightSource& weights);

  /// (batch, token, width) -> the same, or of the last token alone, (batch, 1, width).
  torch::Tensor forward(const torch::Tensor& x, bool last_only) const;

  /// The same; backward computes its activations again from x, the only one that is kept.
  torch::Tensor forward_checkpointed(const torch::Tensor& x, bool last_only) const;

 private:
  std::int64_t heads_;
  bool causal_;
  std::shared_ptr<LayerNorm> norm_attention_, norm_mlp_;
  std::shared_ptr<Linear> qkv_, attention_output_, mlp_input_, mlp_output_;
};

/// The shape of CLIP's text tower (openai/CLIP model.py) over `n_tokens` lifted tokens: learned
/// positions, pre-norm causal blocks, final norm, pooling, projection without bias. Initial weights
/// as there: positions 0.01, attention width^-1/2, outputs (2 width layers)^-1/2,
/// MLP (2 width)^-1/2, projection width^-1/2. Where the last token is pooled, the last block
/// computes of the others only their keys and values: nothing else of them is ever seen.
class Transformer : public Encoder {
 public:
  /// Takes its initial weights from the source. Features (batch, n_tokens * token_size), token
  /// after token.
  Transformer(const TransformerShape& shape, WeightSource& weights);
  torch::Tensor forward(const torch::Tensor& features) const override;
  std::int64_t shard_rows(std::int64_t preferred) const override;
  double flops() const override;

  /// The tokens after the final norm, (batch, token, width), before pooling.
  torch::Tensor tokens(const torch::Tensor& features) const;

 private:
  torch::Tensor blocks(const torch::Tensor& features, bool last_only) const;

  TransformerShape shape_;
  std::shared_ptr<Linear> lift_, projection_;
  torch::Tensor positions_;
  std::vector<std::shared_ptr<AttentionBlock>> blocks_;
  std::shared_ptr<LayerNorm> final_norm_;
};

}  // namespace lagoon::contrastive
