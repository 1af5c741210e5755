#include "flow/projection/edges.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

std::size_t at(int i, int j, int row) {
  return static_cast<std::size_t>(i) * row + j;
}

void require_box(std::size_t n_values, int n) {
  require(n >= 2 && n_values == at(n + 1, 0, n + 1),
          "a box of " + std::to_string(n) + " intervals has as many points plus one a side, not " +
              std::to_string(n_values) + " values");
}

}  // namespace

Plane fit_plane(std::span<const double> values, int n) {
  require_box(values.size(), n);
  // Over the whole square grid 1, x - 1/2 and y - 1/2 are orthogonal.
  Plane plane;
  double square = 0;
  for (int i = 0; i <= n; ++i) {
    const double x = static_cast<double>(i) / n - 0.5;
    square += x * x * (n + 1);
    for (int j = 0; j <= n; ++j) {
      const double value = values[at(i, j, n + 1)];
      plane.mean += value / static_cast<double>(values.size());
      plane.slope_x += value * x;
      plane.slope_y += value * (static_cast<double>(j) / n - 0.5);
    }
  }
  plane.slope_x /= square;
  plane.slope_y /= square;
  return plane;
}

void remove_plane(std::span<double> values, int n, const Plane& plane) {
  require_box(values.size(), n);
  for (int i = 0; i <= n; ++i) {
    for (int j = 0; j <= n; ++j) {
      const double x = static_cast<double>(i) / n - 0.5, y = static_cast<double>(j) / n - 0.5;
      values[at(i, j, n + 1)] -= plane.mean + plane.slope_x * x + plane.slope_y * y;
    }
  }
}

std::vector<double> tukey_window(int n, double fraction) {
  require(fraction >= 0 && fraction <= 1, "taper (--taper) " + std::to_string(fraction) +
                                              ": the share of the side must be from 0 to 1");
  std::vector<double> window;
  for (int i = 0; i <= n; ++i) {
    const double from_edge = static_cast<double>(std::min(i, n - i)) / n;
    const bool middle = from_edge >= fraction / 2;
    window.push_back(middle ? 1
                            : 0.5 * (1 - std::cos(2 * std::numbers::pi * from_edge / fraction)));
  }
  return window;
}

std::vector<double> tapered(std::span<const double> values, int n, double fraction) {
  require_box(values.size(), n);
  const std::vector<double> window = tukey_window(n, fraction);
  std::vector<double> result;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      result.push_back(values[at(i, j, n + 1)] * window[i] * window[j]);
    }
  }
  return result;
}

std::vector<double> extended(std::span<const double> values, int n) {
  require_box(values.size(), n);
  std::vector<double> result;
  for (int i = 0; i < 2 * n; ++i) {
    for (int j = 0; j < 2 * n; ++j) {
      result.push_back(values[at(std::min(i, 2 * n - i), std::min(j, 2 * n - j), n + 1)]);
    }
  }
  return result;
}

std::vector<double> closed(std::span<const double> values, int n) {
  std::vector<double> result;
  for (int i = 0; i <= n; ++i) {
    for (int j = 0; j <= n; ++j) result.push_back(values[at(i % n, j % n, n)]);
  }
  return result;
}

}  // namespace lagoon::flow
