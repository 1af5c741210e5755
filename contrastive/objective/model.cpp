#include "contrastive/objective/model.hpp"

#include "contrastive/encoders/mlp.hpp"
#include "contrastive/encoders/transformer.hpp"

namespace lagoon::contrastive {
namespace {

TransformerShape transformer_shape(const ModelOptions& options, const TrajectoryFeatures& features,
                                   std::int64_t n_out) {
  TransformerShape shape;
  shape.n_tokens = features.sequence_length() / options.patch;
  shape.token_size = features.n_features() / shape.n_tokens;
  shape.width = options.transformer_width;
  shape.layers = options.transformer_layers;
  shape.heads = options.transformer_heads;
  shape.n_out = n_out;
  shape.causal = options.causal;
  shape.pool_last = options.pooling == "last";
  return shape;
}

std::shared_ptr<Encoder> make_lagrangian_encoder(const ModelOptions& options,
                                                 const TrajectoryFeatures& features,
                                                 std::int64_t n_out, WeightSource& weights) {
  if (options.lagrangian_encoder == "transformer") {
    return std::make_shared<Transformer>(transformer_shape(options, features, n_out), weights);
  }
  return std::make_shared<Mlp>(features.n_features(), options.mlp_width, options.mlp_depth, n_out,
                               weights);
}

}  // namespace

NamedTensors FeatureMaps::state() const {
  NamedTensors all;
  for (const auto& [name, tensor] : u.state()) all.emplace_back("u." + name, tensor);
  for (const auto& [name, tensor] : v.state()) all.emplace_back("v." + name, tensor);
  return all;
}

FeatureMaps FeatureMaps::load(const ModelOptions& options, const flow::Law& law,
                              const datasets::SafeTensors& file) {
  return {CoefficientFeatures::load(file, "features.u"),
          TrajectoryFeatures::load(options, law, file, "features.v")};
}

Model::Model(const ModelOptions& options, const flow::Law& law, const FeatureMaps& maps,
             std::uint64_t seed) {
  WeightSource weights(seed);
  const std::int64_t n_out = embedding_dim(options, law);
  u_ = register_module("u", make_eulerian_encoder(options, maps.u.n_features(), n_out, weights));
  v_ = register_module("v", make_lagrangian_encoder(options, maps.v, n_out, weights));
  temperature_ = register_module(
      "temperature", std::make_shared<Temperature>(options.temperature, options.learn_temperature));
}

std::int64_t Model::n_parameters() const {
  std::int64_t sum = 0;
  for (const torch::Tensor& parameter : parameters()) sum += parameter.numel();
  return sum;
}

NamedTensors Model::state() const {
  NamedTensors all;
  for (const auto& item : named_parameters()) all.emplace_back(item.key(), item.value());
  for (const auto& item : named_buffers()) all.emplace_back(item.key(), item.value());
  return all;
}

}  // namespace lagoon::contrastive
