#include "contrastive/bridging/batch_norm.hpp"

#include <algorithm>
#include <cmath>

namespace lagoon::contrastive {
namespace {

using Row = std::vector<float>;

/// Means over the rows of f(row, column), column by column.
template <class F>
Row column_means(std::int64_t n, std::int64_t width, F&& f) {
  Row sums(static_cast<std::size_t>(width));
  float* out = sums.data();
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < width; ++j) out[j] += f(i * width + j, j);
  }
  for (float& sum : sums) sum /= static_cast<float>(n);
  return sums;
}

void move_running(float* running, const Row& value, float factor) {
  for (std::size_t j = 0; j < value.size(); ++j) {
    running[j] += BatchNorm::kMomentum * (factor * value[j] - running[j]);
  }
}

}  // namespace

void normalize_batch(const BatchNorm& norm, std::int64_t n, float* values, BatchNormTrace& trace) {
  const std::int64_t width = norm.width;
  const Row mean = column_means(n, width, [&](auto at, auto) { return values[at]; });
  const float* centre = mean.data();
  const Row variance = column_means(n, width, [&](auto at, auto j) {
    const float departure = values[at] - centre[j];
    return departure * departure;
  });
  move_running(norm.running_mean, mean, 1);
  move_running(norm.running_variance, variance,
               static_cast<float>(n) / static_cast<float>(std::max<std::int64_t>(n - 1, 1)));
  trace.inverse_deviation.resize(variance.size());
  for (std::size_t j = 0; j < variance.size(); ++j) {
    trace.inverse_deviation[j] = 1 / std::sqrt(variance[j] + BatchNorm::kEpsilon);
  }
  trace.normalized.resize(static_cast<std::size_t>(n * width));
  const float* inverse = trace.inverse_deviation.data();
  for (std::int64_t i = 0; i < n; ++i) {
    float* normalized = trace.normalized.data() + i * width;
    float* row = values + i * width;
    for (std::int64_t j = 0; j < width; ++j) {
      normalized[j] = (row[j] - centre[j]) * inverse[j];
      row[j] = norm.gain[j] * normalized[j] + norm.offset[j];
    }
  }
}

void normalize_by_running(const BatchNorm& norm, std::int64_t n, float* values) {
  for (std::int64_t j = 0; j < norm.width; ++j) {
    const float slope = norm.gain[j] / std::sqrt(norm.running_variance[j] + BatchNorm::kEpsilon);
    const float shift = norm.offset[j] - slope * norm.running_mean[j];
    for (std::int64_t i = 0; i < n; ++i) {
      float& value = values[i * norm.width + j];
      value = slope * value + shift;
    }
  }
}

void backward(const BatchNorm& norm, std::int64_t n, const BatchNormTrace& trace, float* gradient,
              float* gain_gradient, float* offset_gradient) {
  const std::int64_t width = norm.width;
  const float* normalized = trace.normalized.data();
  const Row mean = column_means(n, width, [&](auto at, auto) { return gradient[at]; });
  const Row along =
      column_means(n, width, [&](auto at, auto) { return gradient[at] * normalized[at]; });
  const auto count = static_cast<float>(n);
  Row slope(mean.size());
  for (std::int64_t j = 0; j < width; ++j) {
    offset_gradient[j] += count * mean[j];
    gain_gradient[j] += count * along[j];
    slope[j] = norm.gain[j] * trace.inverse_deviation[j];
  }
  const float *by = slope.data(), *a = mean.data(), *b = along.data();
  for (std::int64_t i = 0; i < n; ++i) {
    float* row = gradient + i * width;
    const float* x = normalized + i * width;
    for (std::int64_t j = 0; j < width; ++j) row[j] = by[j] * (row[j] - a[j] - x[j] * b[j]);
  }
}

}  // namespace lagoon::contrastive
