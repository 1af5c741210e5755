#pragma once

#include <complex>
#include <memory>
#include <span>

#include <torch/types.h>

#include "contrastive/encoders/layers.hpp"
#include "contrastive/encoders/named_tensors.hpp"
#include "contrastive/options.hpp"

namespace lagoon::contrastive {

/// psi_hat (n, mode) as reals (n, 2 K) in double: real and imaginary part of each mode in turn.
torch::Tensor raw_coefficients(std::span<const std::complex<double>> psi_hat, std::int64_t n_modes);

/// The fixed map from raw coefficients to network inputs, fitted on training rows and kept in the
/// checkpoint: as they are for the identity encoder, standardised without constant columns for the
/// others (datasets::Standardizer).
class CoefficientFeatures {
 public:
  /// Fits to raw rows (n, 2 K).
  static CoefficientFeatures fit(const ModelOptions& options, const torch::Tensor& raw);

  /// (n, 2 K) double -> (n, n_features) float32.
  torch::Tensor apply(const torch::Tensor& raw) const;

  std::int64_t n_features() const { return columns_.size(0); }
  /// What load() takes, from a file in which the names have a prefix.
  NamedTensors state() const;
  static CoefficientFeatures load(const datasets::SafeTensors& file, const std::string& prefix);

 private:
  torch::Tensor columns_, mean_, std_;  // (kept)
};

/// psi_hat itself is the embedding ([BST] 6.3): nothing is learned.
class IdentityEncoder : public Encoder {
 public:
  torch::Tensor forward(const torch::Tensor& features) const override { return features; }
};

/// One linear map.
class LinearEncoder : public Encoder {
 public:
  /// Initial weights normal with variance 1 / n_in.
  LinearEncoder(std::int64_t n_in, std::int64_t n_out, WeightSource& weights);
  torch::Tensor forward(const torch::Tensor& features) const override;

 private:
  std::shared_ptr<Linear> map_;
};

}  // namespace lagoon::contrastive
