#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

namespace lagoon::contrastive {

/// log mean exp of at least one value: -infinity where all are.
inline double log_mean_exp(std::span<const double> values) {
  const double largest = *std::ranges::max_element(values);
  if (std::isinf(largest)) return largest;
  double sum = 0;
  for (const double value : values) sum += std::exp(value - largest);
  return largest + std::log(sum / static_cast<double>(values.size()));
}

/// exp(log_weights - their maximum), of sum one; one of them is finite.
inline std::vector<double> softmax(std::vector<double> log_weights) {
  const double largest = *std::ranges::max_element(log_weights);
  for (double& value : log_weights) value = std::exp(value - largest);
  const double sum = std::accumulate(log_weights.begin(), log_weights.end(), 0.0);
  for (double& value : log_weights) value /= sum;
  return log_weights;
}

}  // namespace lagoon::contrastive
