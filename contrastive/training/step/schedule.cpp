#include "contrastive/training/step/schedule.hpp"

#include <cmath>
#include <numbers>

namespace lagoon::contrastive {

double learning_rate(const TrainingOptions& options, std::int64_t step, std::int64_t total) {
  const auto warmup = static_cast<std::int64_t>(options.warmup_steps);
  if (step < warmup) {
    return options.learning_rate * static_cast<double>(step + 1) / static_cast<double>(warmup);
  }
  if (options.schedule == "constant") return options.learning_rate;
  const double progress = static_cast<double>(step - warmup) / static_cast<double>(total - warmup);
  return options.learning_rate * (1 + std::cos(std::numbers::pi * progress)) / 2;
}

}  // namespace lagoon::contrastive
