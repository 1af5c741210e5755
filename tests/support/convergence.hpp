#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace lagoon::tests {

/// The order p of errors that fall as (number of steps)^-p: minus the slope of a line fitted to
/// their logarithms.
inline double fitted_order(const std::vector<int>& steps, const std::vector<double>& errors) {
  const auto n = static_cast<double>(steps.size());
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double x = std::log(steps[i]), y = std::log(errors[i]);
    sx += x, sy += y, sxx += x * x, sxy += x * y;
  }
  return -(n * sxy - sx * sy) / (n * sxx - sx * sx);
}

}  // namespace lagoon::tests
