#include "contrastive/bridging/navigation/maze_fit.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "contrastive/training/step/adam_kernel.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// Adam with the usual constants (Kingma, Ba 2015).
class Adam {
 public:
  Adam(std::size_t n, double learning_rate)
      : learning_rate_(learning_rate), first_(n), second_(n) {}

  void step(std::span<float> weights, const std::vector<float>& gradient) {
    const AdamStep numbers = adam_numbers(static_cast<double>(++steps_), learning_rate_);
    adam_step(numbers, static_cast<std::int64_t>(weights.size()), weights.data(), gradient.data(),
              first_.data(), second_.data());
  }

 private:
  double learning_rate_;
  std::int64_t steps_ = 0;
  std::vector<float> first_, second_;
};

}  // namespace

MazeFit fit_maze_encoders(const datasets::MazeBatches& batches, int n_labels,
                          const MazeFitOptions& options, const std::function<void()>& before_step) {
  require(options.steps >= 1,
          "a fit of " + std::to_string(options.steps) + " steps trains nothing (give at least 1)");
  require(
      options.learning_rate > 0 && std::isfinite(options.learning_rate),
      "the learning rate is " + std::to_string(options.learning_rate) + ": give a number above 0");
  MazeFit fit{MazeEncoders(n_labels, options.seed), {}};
  std::vector<float> gradient(fit.encoders.weights().size());
  Adam adam(gradient.size(), options.learning_rate);
  MazeLoss loss;
  const std::int64_t n_last = std::max<std::int64_t>(options.steps / 10, 1);
  for (std::int64_t step = 0; step < options.steps; ++step) {
    if (before_step) before_step();
    const MazeLosses losses =
        loss.evaluate(fit.encoders, batches.actions(step), batches.labels(step), gradient);
    require(std::isfinite(losses.action + losses.label),
            "the loss of step " + std::to_string(step + 1) +
                " is not finite (give a lower learning rate)");
    adam.step(fit.encoders.mutable_weights(), gradient);
    if (step < options.steps - n_last) continue;
    fit.losses.action += losses.action / static_cast<double>(n_last);
    fit.losses.label += losses.label / static_cast<double>(n_last);
  }
  return fit;
}

}  // namespace lagoon::contrastive
