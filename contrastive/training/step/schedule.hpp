#pragma once

#include <cstdint>

#include "contrastive/options.hpp"

namespace lagoon::contrastive {

/// Learning rate of step `step` (0-based) of `total`: linear warm-up that reaches the full rate at
/// step warmup_steps - 1, then constant, or half a cosine that would reach zero at step `total`.
double learning_rate(const TrainingOptions& options, std::int64_t step, std::int64_t total);

}  // namespace lagoon::contrastive
