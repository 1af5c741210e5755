#pragma once

#include <cmath>
#include <vector>

// Fields made for the tests of projection, x index first.
namespace lagoon::tests {

/// function(x, y) at (i / n, j / n), i and j below n: a torus.
template <class Function>
std::vector<double> on_torus(int n, Function&& function) {
  std::vector<double> values;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      values.push_back(function(static_cast<double>(i) / n, static_cast<double>(j) / n));
    }
  }
  return values;
}

/// The same with both edges: a box.
template <class Function>
std::vector<double> on_box(int n, Function&& function) {
  std::vector<double> values;
  for (int i = 0; i <= n; ++i) {
    for (int j = 0; j <= n; ++j) {
      values.push_back(function(static_cast<double>(i) / n, static_cast<double>(j) / n));
    }
  }
  return values;
}

inline double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

inline double mean_square_about_mean(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size());
}

}  // namespace lagoon::tests
