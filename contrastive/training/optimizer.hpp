#pragma once

#include "contrastive/encoders/named_tensors.hpp"
#include "contrastive/options.hpp"

namespace lagoon::contrastive {

/// Adam or AdamW over one flat buffer. The parameters and their gradients become views into it, so
/// a step is one pass over memory and clearing gradients costs nothing. Weight decay applies to
/// matrices only, not to biases, norms and the temperature. beta = (0.9, 0.999), epsilon = 1e-8.
class FlatAdam {
 public:
  /// Takes over the storage of the parameters that require a gradient.
  FlatAdam(const NamedTensors& parameters, const TrainingOptions& options);

  /// Applies the gradients of backward() as step number `step` (0-based), then clears them.
  void step(std::int64_t step, double learning_rate);

  /// Both moments of every parameter, as views by name: what a checkpoint keeps.
  NamedTensors state() const;

 private:
  double weight_decay_;
  std::int64_t n_ = 0;
  std::int64_t n_decayed_ = 0;                                         // matrices come first
  torch::Tensor values_, gradients_, first_moments_, second_moments_;  // (n)
  NamedTensors state_;
};

}  // namespace lagoon::contrastive
