#include "flow/projection/geostrophy.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <queue>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

constexpr double kRadian = std::numbers::pi / 180;

// The grid of heights and what links its points.
struct Links {
  std::span<const double> along_x, along_y;
  std::size_t n_x, n_y;

  std::size_t position(std::size_t i, std::size_t j) const { return i * n_y + j; }

  // Calls visit(from, to, difference to - from) for the links of point (i, j).
  template <class Visit>
  void for_each(std::size_t i, std::size_t j, Visit&& visit) const {
    const std::size_t here = position(i, j);
    const auto link = [&](std::size_t to, double difference) {
      if (!std::isnan(difference)) visit(here, to, difference);
    };
    if (i + 2 < n_x) link(position(i + 2, j), along_x[position(i + 1, j)]);
    if (i >= 2) link(position(i - 2, j), -along_x[position(i - 1, j)]);
    if (j + 2 < n_y) link(position(i, j + 2), along_y[position(i, j + 1)]);
    if (j >= 2) link(position(i, j - 2), -along_y[position(i, j - 1)]);
  }
};

// Heights of all points that links reach from `start`, which gets 0; returns how many.
std::size_t spread_from(const Links& links, std::size_t start, std::vector<double>& height) {
  std::queue<std::size_t> open;
  open.push(start);
  height[start] = 0;
  std::size_t reached = 0;
  for (; !open.empty(); open.pop(), ++reached) {
    const std::size_t at = open.front();
    links.for_each(at / links.n_y, at % links.n_y,
                   [&](std::size_t from, std::size_t to, double difference) {
                     if (!std::isnan(height[to])) return;
                     height[to] = height[from] + difference;
                     open.push(to);
                   });
  }
  return reached;
}

// The largest connected part of the points of one parity, NaN elsewhere.
std::vector<double> largest_part(const Links& links, std::size_t parity_x, std::size_t parity_y) {
  const std::vector<double> unknown(links.n_x * links.n_y, NAN);
  std::vector<double> seen = unknown, best = unknown;
  std::size_t most = 1;  // a point alone has no height
  for (std::size_t i = parity_x; i < links.n_x; i += 2) {
    for (std::size_t j = parity_y; j < links.n_y; j += 2) {
      const std::size_t start = links.position(i, j);
      if (!std::isnan(seen[start])) continue;
      const std::size_t reached = spread_from(links, start, seen);
      if (reached <= most) continue;
      most = reached;
      best = unknown;
      spread_from(links, start, best);
    }
  }
  return best;
}

// What `to` must rise by to lie between its neighbours in `from` along one axis: the mean over its
// points of their cubic through the two next and the two after next, minus the point itself.
double mean_offset(const Links& links, const std::vector<double>& from,
                   const std::vector<double>& to, bool along_x) {
  double sum = 0;
  int count = 0;
  const std::size_t step = along_x ? links.n_y : 1;
  const std::size_t edge_x = along_x ? 3 : 0, edge_y = along_x ? 0 : 3;
  for (std::size_t i = edge_x; i + edge_x < links.n_x; ++i) {
    for (std::size_t j = edge_y; j + edge_y < links.n_y; ++j) {
      const std::size_t at = links.position(i, j);
      const double near = from[at - step] + from[at + step];
      const double far = from[at - 3 * step] + from[at + 3 * step];
      const double offset = (9 * near - far) / 16 - to[at];
      if (std::isnan(offset)) continue;
      sum += offset;
      ++count;
    }
  }
  return count == 0 ? 0 : sum / count;
}

void raise(std::vector<double>& height, double by) {
  for (double& value : height) value += by;
}

double mean_of_known(const std::vector<double>& height) {
  double sum = 0;
  std::size_t known = 0;
  for (const double value : height) {
    if (std::isnan(value)) continue;
    sum += value;
    ++known;
  }
  require(known > 0, "no point of this velocity has a neighbour to link it with: no height");
  return sum / static_cast<double>(known);
}

double largest_inconsistency(const Links& links, const std::vector<double>& height) {
  double largest = 0;
  for (std::size_t at = 0; at < height.size(); ++at) {
    links.for_each(at / links.n_y, at % links.n_y,
                   [&](std::size_t from, std::size_t to, double difference) {
                     const double departure = height[to] - height[from] - difference;
                     if (!std::isnan(departure)) largest = std::max(largest, std::abs(departure));
                   });
  }
  return largest;
}

}  // namespace

double LocalPlane::metres_per_degree_east() const {
  return kEarthRadius * kRadian * std::cos(latitude * kRadian);
}

double LocalPlane::metres_per_degree_north() const {
  return kEarthRadius * kRadian;
}

double LocalPlane::x(double longitude_degrees) const {
  return metres_per_degree_east() * (longitude_degrees - longitude);
}

double LocalPlane::y(double latitude_degrees) const {
  return metres_per_degree_north() * (latitude_degrees - latitude);
}

double LocalPlane::coriolis() const {
  return 2 * kEarthRotation * std::sin(latitude * kRadian);
}

double LocalPlane::coriolis_gradient() const {
  return 2 * kEarthRotation * std::cos(latitude * kRadian) / kEarthRadius;
}

double geostrophic_psi(double height, double y, const LocalPlane& place, CoriolisPlane plane) {
  const double beta = plane == CoriolisPlane::beta_plane ? place.coriolis_gradient() : 0;
  const double f = place.coriolis() + beta * y;
  const double least = 2 * kEarthRotation * std::sin(2 * kRadian);
  require(std::abs(f) >= least && f * place.coriolis() > 0,
          "the box reaches within 2 degrees of the equator, where no geostrophic streamfunction "
          "holds: choose another (--box)");
  return kGravity * height / f;
}

RecoveredHeight integrate_centred_differences(std::span<const double> along_x,
                                              std::span<const double> along_y, std::size_t n_x,
                                              std::size_t n_y) {
  require(n_x >= 7 && n_y >= 7 && along_x.size() == n_x * n_y && along_y.size() == n_x * n_y,
          "a height is recovered from differences at seven points a side or more");
  const Links links{along_x, along_y, n_x, n_y};
  const std::vector<double> first = largest_part(links, 0, 0);
  std::vector<double> beside = largest_part(links, 1, 0), above = largest_part(links, 0, 1);
  std::vector<double> across = largest_part(links, 1, 1);
  raise(beside, mean_offset(links, first, beside, true));
  raise(above, mean_offset(links, first, above, false));
  raise(across, 0.5 * (mean_offset(links, above, across, true) +
                       mean_offset(links, beside, across, false)));
  RecoveredHeight result{first, 0};
  for (std::size_t at = 0; at < result.height.size(); ++at) {
    for (const auto* part : {&beside, &above, &across}) {
      if (!std::isnan((*part)[at])) result.height[at] = (*part)[at];
    }
  }
  raise(result.height, -mean_of_known(result.height));
  result.largest_inconsistency = largest_inconsistency(links, result.height);
  return result;
}

}  // namespace lagoon::flow
