#include "contrastive/objective/model.hpp"

#include <utility>

#include "contrastive/encoders/choice/make_encoder.hpp"
#include "contrastive/objective/losses/loss_list.hpp"
#include "contrastive/objective/objective.hpp"

namespace lagoon::contrastive {
namespace {

std::shared_ptr<Temperature> make_temperature(const ModelOptions& options, const flow::Law& law) {
  const auto [least, most] = temperature_bounds(options);
  return std::make_shared<Temperature>(start_temperature(options, law), options.learn_temperature,
                                       least, most);
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

Model::Model(std::shared_ptr<Encoder> u, std::shared_ptr<Encoder> v, Tilting tilting,
             std::shared_ptr<Temperature> temperature)
    : u_(register_module("u", std::move(u))),
      v_(register_module("v", std::move(v))),
      tilting_(tilting),
      temperature_(register_module("temperature", std::move(temperature))) {}

void Model::add_sigmoid_bias(double start) {
  sigmoid_bias_ = register_parameter("sigmoid_bias", at::full({}, start));
}

std::int64_t Model::n_parameters() const {
  std::int64_t sum = 0;
  for (const torch::Tensor& parameter : parameters()) sum += parameter.numel();
  return sum;
}

NamedTensors Model::state() const {
  return named_tensors(*this);
}

Model make_model(const ModelOptions& options, const TrainingOptions& training, const flow::Law& law,
                 const FeatureMaps& maps) {
  WeightSource weights(training.seed);
  const std::int64_t n_out = embedding_dim(options, law);
  auto u = make_eulerian_encoder(options, maps.u.n_features(), n_out, weights);
  auto v = make_lagrangian_encoder(options, maps.v, n_out, weights);
  Model model(std::move(u), std::move(v), parse_tilting(options.tilting),
              make_temperature(options, law));
  const ObjectiveOptions& objective = training.objective;
  if (heeds(objective.loss, kBiased)) {
    model.add_sigmoid_bias(sigmoid_bias_start(objective, training.batch_size));
  }
  return model;
}

}  // namespace lagoon::contrastive
