#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <torch/types.h>

namespace lagoon::contrastive {

/// Losses of steps, kept as tensors until their numbers are wanted: only then does training wait
/// for them.
class LossLog {
 public:
  /// `remedy` ends the error of collect().
  explicit LossLog(std::string remedy) : remedy_(std::move(remedy)) {}

  /// Keeps the loss of one more step.
  void add(const torch::Tensor& loss) { losses_.push_back(loss); }
  /// Losses that are kept.
  std::int64_t size() const { return static_cast<std::int64_t>(losses_.size()); }

  /// The mean of the losses added since the last call, the newest of which is of step `step`.
  /// There is at least one. Throws Error naming the first step whose loss is not finite.
  double collect(std::int64_t step);

 private:
  std::string remedy_;
  std::vector<torch::Tensor> losses_;
};

}  // namespace lagoon::contrastive
