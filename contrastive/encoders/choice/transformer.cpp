#include "contrastive/encoders/transformer.hpp"

#include "contrastive/encoders/choice/make_encoder.hpp"

namespace lagoon::contrastive {

std::shared_ptr<Encoder> make_lagrangian_transformer(const EncoderRequest& request) {
  const ModelOptions& options = request.options;
  TransformerShape shape;
  shape.n_tokens = request.sequence_length / options.patch;
  shape.token_size = request.n_features / shape.n_tokens;
  shape.width = options.transformer_width;
  shape.layers = options.transformer_layers;
  shape.heads = options.transformer_heads;
  shape.n_out = request.n_out;
  shape.causal = options.causal;
  shape.pool_last = options.pooling == "last";
  return std::make_shared<Transformer>(shape, request.weights);
}

}  // namespace lagoon::contrastive
