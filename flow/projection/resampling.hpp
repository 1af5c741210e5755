#pragma once

#include <span>
#include <vector>

#include "flow/projection/patch.hpp"

namespace lagoon::flow {

/// The natural cubic spline through (x, value) at the points `to`. Throws Error for fewer than
/// three points, points that do not ascend, or one of `to` outside of their range.
std::vector<double> spline(std::span<const double> x, std::span<const double> values,
                           std::span<const double> to);

/// The patch at (to_x, to_y), x index first, by natural cubic splines along y, then along x. The
/// patch should reach a few points beyond: at its own edge a natural spline is only of second
/// order.
std::vector<double> resample(const Patch& patch, std::span<const double> to_x,
                             std::span<const double> to_y);

}  // namespace lagoon::flow
