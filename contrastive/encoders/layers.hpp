#pragma once

#include <cstdint>

#include <torch/nn/module.h>

namespace lagoon::contrastive {

/// Standard deviation of the weights behind n_in inputs: their sum keeps the inputs' variance.
double inverse_root(std::int64_t n_in);

/// The same ahead of a ReLU, which halves it (He, Zhang, Ren, Sun 2015).
double he_std(std::int64_t n_in);

/// Initial weights: element i of the p-th parameter asked for is a function of (seed, p, i), so
/// they are the same with every LibTorch.
class WeightSource {
 public:
  /// Begins with parameter 0.
  explicit WeightSource(std::uint64_t seed) : seed_(seed) {}

  /// Independent normals of standard deviation `std`, float32.
  torch::Tensor normal(at::IntArrayRef shape, double std);

 private:
  std::uint64_t seed_;
  std::uint64_t n_parameters_ = 0;
};

/// x W^T + b on the last axis; W (n_out, n_in) normal with standard deviation `std`, b zero. The
/// result is of the type of computation().products.
class Linear : public torch::nn::Module {
 public:
  /// `std`: of the weights.
  Linear(std::int64_t n_in, std::int64_t n_out, double std, bool with_bias, WeightSource& weights);
  /// (..., n_in) -> (..., n_out).
  torch::Tensor forward(const torch::Tensor& x) const;

 private:
  torch::Tensor weight_, bias_;
};

/// Zero mean and unit variance on the last axis, then a learned scale and shift.
class LayerNorm : public torch::nn::Module {
 public:
  /// Scale 1, shift 0.
  explicit LayerNorm(std::int64_t width);
  /// (..., width) -> the same.
  torch::Tensor forward(const torch::Tensor& x) const;

 private:
  std::int64_t width_;
  torch::Tensor weight_, bias_;
};

/// An encoder: fixed features (batch, feature) to embeddings (batch, E), float32, not normalised.
class Encoder : public torch::nn::Module {
 public:
  /// (batch, feature) -> (batch, E).
  virtual torch::Tensor forward(const torch::Tensor& features) const = 0;

  /// The same of features on the CPU wherever the weights are, to embeddings on the CPU.
  torch::Tensor embed(const torch::Tensor& features) const;

  /// Floating-point operations of the matrix products of forward() of one row, two to a product
  /// and its sum; backward has twice as many. As default, each matrix is applied once.
  virtual double flops() const;

  /// Rows that are best encoded at a time: `preferred`, or fewer if their activations would outgrow
  /// a core's caches.
  virtual std::int64_t shard_rows(std::int64_t preferred) const { return preferred; }
};

}  // namespace lagoon::contrastive
