#pragma once

#include <vector>

#include "contrastive/encoders/named_tensors.hpp"
#include "contrastive/options.hpp"
#include "contrastive/training/step/device.hpp"

namespace lagoon::contrastive {

/// Adam or AdamW over flat buffers of which the parameters become views: a step is one pass over
/// memory. Weight decay applies to matrices only, not to biases, norms and the temperature.
/// beta = (0.9, 0.999), epsilon = 1e-8.
class FlatAdam {
 public:
  /// Takes over the storage of those parameters that require a gradient.
  FlatAdam(const NamedTensors& parameters, const TrainingOptions& options);

  /// The parameters that it trains, in the order of gradients.
  const std::vector<torch::Tensor>& parameters() const { return parameters_; }

  /// Makes the gradient of the next step: parameter p's is the sum over s of parts[s][p]; an
  /// undefined tensor is zero.
  void gather(const std::vector<std::vector<torch::Tensor>>& parts);

  /// The same for parameters [first, last) only; gives their stretch of the gradient.
  torch::Tensor gather(const std::vector<std::vector<torch::Tensor>>& parts, std::size_t first,
                       std::size_t last);

  /// The gathered gradient, one stretch of memory: whoever adds to it adds to the step.
  const torch::Tensor& gradient() const { return gradient_; }

  /// Euclidean length of the gathered gradient, a scalar in float64; not finite if any element is
  /// not.
  torch::Tensor gradient_norm() const;

  /// Step number `step` (0-based) along the gathered gradient.
  void step(std::int64_t step, double learning_rate);

  /// The same on the parameters' device, whatever it is, without reading from it; none where `skip`
  /// (a float scalar there) is 1.
  void step_on_device(std::int64_t step, double learning_rate, const torch::Tensor& skip);

  /// On the CPU the kernels of this program work, elsewhere LibTorch's.
  bool is_on_cpu() const { return values_.device().is_cpu(); }

  /// Both moments of every parameter, as views by name: what a checkpoint keeps.
  NamedTensors state() const { return state_; }

 private:
  /// A stretch of one parameter that one thread updates.
  struct Piece {
    std::size_t parameter;
    std::int64_t first, count;  // within the parameter
    std::int64_t offset;        // within the flat buffers
  };

  double weight_decay_;
  std::vector<torch::Tensor> parameters_;
  std::vector<Piece> pieces_;
  torch::Tensor values_, gradient_, first_moments_, second_moments_;  // flat
  AdamTensors decaying_, others_;                                     // views, for step_on_device
  NamedTensors state_;
};

}  // namespace lagoon::contrastive
