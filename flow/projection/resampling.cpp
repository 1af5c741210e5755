#include "flow/projection/resampling.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

// Second derivatives at the points: the tridiagonal system of continuous slopes, 0 at both ends,
// by elimination from the left (Thomas).
std::vector<double> spline_curvatures(std::span<const double> x, std::span<const double> values) {
  const std::size_t n = x.size();
  std::vector<double> curvature(n, 0.0), above(n, 0.0);
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double before = x[i] - x[i - 1], after = x[i + 1] - x[i];
    const double slopes =
        (values[i + 1] - values[i]) / after - (values[i] - values[i - 1]) / before;
    const double diagonal = 2 * (before + after) - before * above[i - 1];
    above[i] = after / diagonal;
    curvature[i] = (6 * slopes - before * curvature[i - 1]) / diagonal;
  }
  for (std::size_t i = n - 1; i-- > 1;) curvature[i] -= above[i] * curvature[i + 1];
  return curvature;
}

void require_within(std::span<const double> x, std::span<const double> to) {
  const double slack = 1e-9 * (x.back() - x.front());
  for (const double point : to) {
    require(point >= x.front() - slack && point <= x.back() + slack,
            "a field known from " + std::to_string(x.front()) + " to " + std::to_string(x.back()) +
                " cannot be resampled at " + std::to_string(point));
  }
}

// The lines of a field (lines, points) at `to`, transposed: (to, lines).
std::vector<double> resample_lines(std::span<const double> x, std::span<const double> values,
                                   std::span<const double> to) {
  const std::size_t n_lines = values.size() / x.size();
  std::vector<double> result(to.size() * n_lines);
  for (std::size_t line = 0; line < n_lines; ++line) {
    const std::vector<double> at = spline(x, values.subspan(line * x.size(), x.size()), to);
    for (std::size_t i = 0; i < to.size(); ++i) result[i * n_lines + line] = at[i];
  }
  return result;
}

}  // namespace

std::vector<double> spline(std::span<const double> x, std::span<const double> values,
                           std::span<const double> to) {
  require(x.size() >= 3 && x.size() == values.size() &&
              std::ranges::adjacent_find(x, std::greater_equal()) == x.end(),
          "a spline needs three or more points that ascend, not " + std::to_string(x.size()));
  require_within(x, to);
  const std::vector<double> curvature = spline_curvatures(x, values);
  std::vector<double> result;
  for (const double point : to) {
    const auto next = std::upper_bound(x.begin() + 1, x.end() - 1, point);
    const auto i = static_cast<std::size_t>(next - x.begin()) - 1;
    const double width = x[i + 1] - x[i], right = (point - x[i]) / width, left = 1 - right;
    result.push_back(left * values[i] + right * values[i + 1] +
                     ((left * left * left - left) * curvature[i] +
                      (right * right * right - right) * curvature[i + 1]) *
                         width * width / 6);
  }
  return result;
}

std::vector<double> resample(const Patch& patch, std::span<const double> to_x,
                             std::span<const double> to_y) {
  const std::vector<double> along_y = resample_lines(patch.y, patch.values, to_y);  // (to_y, x)
  return resample_lines(patch.x, along_y, to_x);                                    // (to_x, to_y)
}

}  // namespace lagoon::flow
