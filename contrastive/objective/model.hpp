#pragma once

#include <memory>

#include <torch/nn/module.h>

#include "contrastive/encoders/coefficient_encoder.hpp"
#include "contrastive/encoders/features.hpp"
#include "contrastive/objective/temperature.hpp"

namespace lagoon::contrastive {

/// The fixed maps before the two encoders.
struct FeatureMaps {
  CoefficientFeatures u;
  TrajectoryFeatures v;

  NamedTensors state() const;
  static FeatureMaps load(const ModelOptions& options, const flow::Law& law,
                          const datasets::SafeTensors& file);
};

/// All that is trained: the encoder of the flow (u), the encoder of the trajectory (v), and the
/// temperature of their tilting.
class Model : public torch::nn::Module {
 public:
  /// Initial weights are a function of (options, sizes, seed).
  Model(const ModelOptions& options, const flow::Law& law, const FeatureMaps& maps,
        std::uint64_t seed);

  const Encoder& u() const { return *u_; }
  const Encoder& v() const { return *v_; }
  Temperature& temperature() { return *temperature_; }
  const Temperature& temperature() const { return *temperature_; }

  std::int64_t n_parameters() const;

  /// Every trained tensor and a fixed temperature, by name.
  NamedTensors state() const;

 private:
  std::shared_ptr<Encoder> u_, v_;
  std::shared_ptr<Temperature> temperature_;
};

}  // namespace lagoon::contrastive
