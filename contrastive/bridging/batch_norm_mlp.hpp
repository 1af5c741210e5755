#pragma once

#include <cstdint>
#include <vector>

#include <torch/types.h>

#include "contrastive/bridging/batch_norm.hpp"
#include "contrastive/bridging/pair_training.hpp"

namespace lagoon::contrastive {

/// A small network with its gradient written out: a step of it costs its products of matrices and
/// little more, where a graph of operations would cost as much again.
class BatchNormMlp {
 public:
  /// Without numbers: bind() says where they are.
  explicit BatchNormMlp(BatchNormMlpShape shape);

  std::int64_t n_parameters() const;
  std::int64_t n_statistics() const { return shape_.batch_norm ? 2 * shape_.hidden.front() : 0; }
  const BatchNormMlpShape& shape() const { return shape_; }

  /// Where its numbers lie: n_parameters() of values and of gradients, n_statistics().
  void bind(float* parameters, float* gradients, float* statistics);

  /// Weights and offsets uniform within 1/sqrt(inputs of the layer), gains 1, running variances 1.
  void initialize(std::uint64_t seed, std::uint64_t stream);

  /// What the backward pass needs.
  struct Trace {
    std::vector<torch::Tensor> inputs;  ///< of each layer
    BatchNormTrace norm;
  };

  /// (n, outputs) of a training batch (n, inputs).
  torch::Tensor forward(const torch::Tensor& batch, Trace& trace);

  /// Adds the gradients of the parameters, given that of the output.
  void backward(const Trace& trace, torch::Tensor gradient);

  /// (n, outputs) by the running statistics.
  torch::Tensor evaluate(const torch::Tensor& inputs) const;

 private:
  struct Layer {
    torch::Tensor weight, offset;  ///< (out, in), (out)
    torch::Tensor weight_gradient, offset_gradient;
  };
  bool is_normalized(std::size_t layer) const { return shape_.batch_norm && layer == 0; }

  BatchNormMlpShape shape_;
  std::vector<Layer> layers_;
  BatchNorm norm_;
  float *gain_gradient_ = nullptr, *offset_gradient_ = nullptr;
};

}  // namespace lagoon::contrastive
