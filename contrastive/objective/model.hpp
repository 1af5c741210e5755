#pragma once

#include <memory>

#include <torch/nn/module.h>

#include "contrastive/encoders/coefficient_encoder.hpp"
#include "contrastive/encoders/features.hpp"
#include "contrastive/objective/temperature.hpp"
#include "contrastive/objective/tilting.hpp"

namespace lagoon::contrastive {

/// The fixed maps before the two encoders.
struct FeatureMaps {
  CoefficientFeatures u;
  TrajectoryFeatures v;

  /// What load() takes from a file.
  NamedTensors state() const;
  static FeatureMaps load(const ModelOptions& options, const flow::Law& law,
                          const datasets::SafeTensors& file);
};

/// All that is trained: the encoder of u (the flow), the encoder of v (the trajectory), the
/// temperature of their tilting, and a bias where the loss has one.
class Model : public torch::nn::Module {
 public:
  /// Any two encoders of one embedding dimension.
  Model(std::shared_ptr<Encoder> u, std::shared_ptr<Encoder> v, Tilting tilting,
        std::shared_ptr<Temperature> temperature);

  const Encoder& u() const { return *u_; }
  const Encoder& v() const { return *v_; }
  Tilting tilting() const { return tilting_; }
  /// Of the tilting.
  Temperature& temperature() { return *temperature_; }
  const Temperature& temperature() const { return *temperature_; }

  /// The bias of the sigmoid loss, learned from `start` on. Retrieval and posteriors have no use
  /// for it: it is the same for every pair.
  void add_sigmoid_bias(double start);

  /// Undefined unless one was added.
  const torch::Tensor& sigmoid_bias() const { return sigmoid_bias_; }

  std::int64_t n_parameters() const;

  /// Every trained tensor and a fixed temperature, by name.
  NamedTensors state() const;

 private:
  std::shared_ptr<Encoder> u_, v_;
  Tilting tilting_;
  std::shared_ptr<Temperature> temperature_;
  torch::Tensor sigmoid_bias_;
};

/// The model that a run's options name. Initial weights are a function of (options, sizes, seed).
Model make_model(const ModelOptions& options, const TrainingOptions& training, const flow::Law& law,
                 const FeatureMaps& maps);

}  // namespace lagoon::contrastive
