#include "flow/numerics/sample_moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lagoon::flow {

double SampleMoments::standard_error() const {
  return std::sqrt(squares / (n - 1) / n);
}

double sample_mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

SampleMoments sample_moments(std::span<const double> values) {
  SampleMoments moments{static_cast<double>(values.size()), sample_mean(values), 0};
  for (const double value : values) {
    moments.squares += (value - moments.mean) * (value - moments.mean);
  }
  return moments;
}

double largest_magnitude(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) {
    if (!std::isnan(value)) largest = std::max(largest, std::abs(value));
  }
  return largest;
}

double largest_difference(std::span<const double> a, std::span<const double> b) {
  constexpr double kUnbounded = std::numeric_limits<double>::infinity();
  if (a.size() != b.size()) return kUnbounded;
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    const double size = std::abs(a[i] - b[i]);
    largest = std::max(largest, std::isnan(size) ? kUnbounded : size);
  }
  return largest;
}

double sample_median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace lagoon::flow
