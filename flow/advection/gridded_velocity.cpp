#include "flow/advection/gridded_velocity.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <string>
#include <utility>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

void require_size(std::size_t size, const GridLocator& locator, const char* name) {
  require(size == locator.size(), "grid: " + std::string(name) + " has " + std::to_string(size) +
                                      " values, the axes " + std::to_string(locator.size()) +
                                      ": give one value for each (time, y, x)");
}

/// Unlike std::lerp, this gives NaN where an end is missing.
double between(double a, double b, double fraction) {
  return (1 - fraction) * a + fraction * b;
}

/// Corners (x, y) of a cell as (left, right) below and above.
double inside(const GridLocator::Cell& cell, double low_left, double low_right, double high_left,
              double high_right) {
  return between(between(low_left, low_right, cell.x), between(high_left, high_right, cell.x),
                 cell.y);
}

double zero_if_missing(double value) {
  return std::isnan(value) ? 0 : value;
}

}  // namespace

Point degrees_per_second(Point metres_per_second, double latitude) {
  constexpr double kMetresPerDegree = 1852 * 60;
  const double parallel = std::cos(latitude * std::numbers::pi / 180);
  return {metres_per_second[0] / (kMetresPerDegree * parallel),
          metres_per_second[1] / kMetresPerDegree};
}

GriddedVelocity::GriddedVelocity(GridAxes axes, const std::vector<double>& velocity_x,
                                 const std::vector<double>& velocity_y, VelocityUnits units)
    : locator_(std::move(axes)), units_(units) {
  require_size(velocity_x.size(), locator_, "velocity_x");
  require_size(velocity_y.size(), locator_, "velocity_y");
  velocity_.reserve(velocity_x.size());
  for (std::size_t i = 0; i < velocity_x.size(); ++i)
    velocity_.push_back({zero_if_missing(velocity_x[i]), zero_if_missing(velocity_y[i])});
}

Point GriddedVelocity::operator()(double x, double y, double t) const {
  GridLocator::Cell cell{};
  Point velocity{};
  if (!locator_.locate(x, y, t, cell)) return velocity;
  locator_.for_each_frame(cell, [&](std::size_t corner, double weight) {
    const Point* low = &velocity_[corner];
    const Point* high = low + locator_.row();
    for (std::size_t i = 0; i < 2; ++i)
      velocity[i] += weight * inside(cell, low[0][i], low[1][i], high[0][i], high[1][i]);
  });
  const bool convert = units_ == VelocityUnits::metres_per_second_on_degrees;
  return convert ? degrees_per_second(velocity, y) : velocity;
}

GriddedStreamfunction::GriddedStreamfunction(GridAxes axes, std::vector<double> psi)
    : locator_(std::move(axes)), psi_(std::move(psi)) {
  require_size(psi_.size(), locator_, "psi");
}

double GriddedStreamfunction::psi(double x, double y, double t) const {
  GridLocator::Cell cell{};
  if (!locator_.locate(x, y, t, cell)) return std::numeric_limits<double>::quiet_NaN();
  double psi = 0;
  locator_.for_each_frame(cell, [&](std::size_t corner, double weight) {
    const double* low = &psi_[corner];
    const double* high = low + locator_.row();
    psi += weight * inside(cell, low[0], low[1], high[0], high[1]);
  });
  return psi;
}

Point GriddedStreamfunction::operator()(double x, double y, double t) const {
  GridLocator::Cell cell{};
  Point velocity{};
  if (!locator_.locate(x, y, t, cell)) return velocity;
  locator_.for_each_frame(cell, [&](std::size_t corner, double weight) {
    const double* low = &psi_[corner];
    const double* high = low + locator_.row();
    const double d_dy = between(high[0] - low[0], high[1] - low[1], cell.x) / cell.height;
    const double d_dx = between(low[1] - low[0], high[1] - high[0], cell.y) / cell.width;
    velocity[0] -= weight * d_dy;
    velocity[1] += weight * d_dx;
  });
  const bool missing = std::isnan(velocity[0]) || std::isnan(velocity[1]);
  return missing ? Point{} : velocity;
}

}  // namespace lagoon::flow
