#include "flow/advection/grid_locator.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

/// Steps that end at the last frame may pass it by rounding.
constexpr double kTimeRounding = 1e-9;

void require_ascending(const std::vector<double>& values, std::size_t least, const char* name) {
  require(values.size() >= least, "grid: " + std::string(name) + " has " +
                                      std::to_string(values.size()) + " values: give at least " +
                                      std::to_string(least));
  const bool ascending = std::adjacent_find(values.begin(), values.end(), [](double a, double b) {
                           return !(a < b);
                         }) == values.end();
  require(ascending, "grid: " + std::string(name) + " does not ascend: reverse or sort the grid");
}

/// The interval of `values` that holds `at` (the last one for its upper end).
std::size_t interval_of(const std::vector<double>& values, double at) {
  const auto above = std::upper_bound(values.begin() + 1, values.end() - 1, at);
  return static_cast<std::size_t>(above - values.begin()) - 1;
}

double fraction(const std::vector<double>& values, std::size_t i, double at) {
  return (at - values[i]) / (values[i + 1] - values[i]);
}

bool inside(const std::vector<double>& values, double at) {
  return at >= values.front() && at <= values.back();
}

double time_among(const std::vector<double>& frames, double t) {
  const double slack = kTimeRounding * (frames.back() - frames.front());
  require(t >= frames.front() - slack && t <= frames.back() + slack,
          "grid: time " + std::to_string(t) + " is outside the frames, " +
              std::to_string(frames.front()) + " to " + std::to_string(frames.back()) +
              ": shorten the path or give more frames");
  return std::clamp(t, frames.front(), frames.back());
}

}  // namespace

GridLocator::GridLocator(GridAxes axes) : axes_(std::move(axes)) {
  require_ascending(axes_.x, 2, "x");
  require_ascending(axes_.y, 2, "y");
  require_ascending(axes_.time, 1, "time");
}

bool GridLocator::locate(double x, double y, double t, Cell& cell) const {
  if (!inside(axes_.x, x) || !inside(axes_.y, y)) return false;
  const std::size_t i = interval_of(axes_.x, x), j = interval_of(axes_.y, y);
  std::size_t frame = 0;
  cell.t = 0;
  if (axes_.time.size() > 1) {
    const double within = time_among(axes_.time, t);
    frame = interval_of(axes_.time, within);
    cell.t = fraction(axes_.time, frame, within);
  }
  cell.corner = (frame * axes_.y.size() + j) * axes_.x.size() + i;
  cell.x = fraction(axes_.x, i, x);
  cell.y = fraction(axes_.y, j, y);
  cell.width = axes_.x[i + 1] - axes_.x[i];
  cell.height = axes_.y[j + 1] - axes_.y[j];
  return true;
}

}  // namespace lagoon::flow
