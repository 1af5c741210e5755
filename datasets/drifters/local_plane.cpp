#include "datasets/drifters/local_plane.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

constexpr double kMetresPerDegree = kEarthRadius * std::numbers::pi / 180;

/// Share of the box that the tracks' spread fills when the box is chosen by it.
constexpr double kFilledShare = 0.8;

struct Range {
  double smallest = std::numeric_limits<double>::infinity();
  double largest = -std::numeric_limits<double>::infinity();

  void include(double value) {
    smallest = std::min(smallest, value);
    largest = std::max(largest, value);
  }
  double middle() const { return smallest + (largest - smallest) / 2; }
  double width() const { return largest - smallest; }
};

double metres_per_unit_x(const LocalPlane& plane) {
  if (!plane.geographic) return 1;
  return kMetresPerDegree * std::cos(plane.origin_y * std::numbers::pi / 180);
}

double metres_per_unit_y(const LocalPlane& plane) {
  return plane.geographic ? kMetresPerDegree : 1;
}

/// x without jumps of 360 degrees along a track, missing values passed over; each track begins
/// within 180 degrees of `near`.
std::vector<double> unwrapped_x(const DrifterTracks& tracks, double near) {
  if (!tracks.geographic) return tracks.x;
  std::vector<double> result(tracks.x);
  const std::vector<std::size_t> offsets = tracks.offsets();
  for (std::size_t i = 0; i < tracks.n_tracks(); ++i) {
    double last = near;
    for (std::size_t j = offsets[i]; j < offsets[i + 1]; ++j) {
      if (std::isnan(result[j])) continue;
      // Where nothing jumps the value stays as it is, to the bit.
      const double turns = std::round((result[j] - last) / 360);
      if (turns != 0) result[j] -= 360 * turns;
      last = result[j];
    }
  }
  return result;
}

void require_sensible(const LocalPlane& plane) {
  require(metres_per_unit_x(plane) > kMetresPerDegree / 100 || !plane.geographic,
          "the tracks lie around a pole, where longitude and latitude make no plane: choose some "
          "of them by --box");
  require(plane.length > 0, "the tracks have no extent: give the side of the box (--box-km)");
  require(plane.time_unit > 0,
          "the tracks have no duration: give the time that is --final-time (--window-days)");
}

}  // namespace

LocalPlane fit_plane(const DrifterTracks& tracks, const LocalPlaneRequest& request) {
  require(tracks.n_records() > 0, "there are no records to lay a plane through");
  Range x, y, time;
  for (const double value : unwrapped_x(tracks, tracks.x.front())) x.include(value);
  for (const double value : tracks.y) y.include(value);
  for (const double value : tracks.time) time.include(value);
  LocalPlane plane{tracks.geographic, x.middle(), y.middle(), 1, time.smallest, 1};
  const double spread =
      std::max(x.width() * metres_per_unit_x(plane), y.width() * metres_per_unit_y(plane));
  plane.length = request.box_metres > 0 ? request.box_metres : spread / kFilledShare;
  const double window = request.window_seconds > 0 ? request.window_seconds : time.width();
  plane.time_unit = window / request.final_time;
  require_sensible(plane);
  return plane;
}

PlaneTracks to_plane(const DrifterTracks& tracks, const LocalPlane& plane) {
  PlaneTracks result;
  const std::vector<double> x = unwrapped_x(tracks, plane.origin_x);
  for (std::size_t i = 0; i < tracks.n_records(); ++i) {
    result.time.push_back((tracks.time[i] - plane.epoch) / plane.time_unit);
    result.x.push_back((x[i] - plane.origin_x) * metres_per_unit_x(plane) / plane.length + 0.5);
    result.y.push_back((tracks.y[i] - plane.origin_y) * metres_per_unit_y(plane) / plane.length +
                       0.5);
  }
  for (const double value : tracks.velocity_x)
    result.velocity_x.push_back(value / plane.velocity_unit());
  for (const double value : tracks.velocity_y)
    result.velocity_y.push_back(value / plane.velocity_unit());
  return result;
}

DrifterTracks from_plane(const DrifterTracks& names, const PlaneTracks& records,
                         const LocalPlane& plane) {
  DrifterTracks result;
  result.geographic = plane.geographic;
  result.ids = names.ids;
  result.segment = names.segment;
  result.rowsize = names.rowsize;
  for (std::size_t i = 0; i < records.time.size(); ++i) {
    result.time.push_back(records.time[i] * plane.time_unit + plane.epoch);
    const double x =
        (records.x[i] - 0.5) * plane.length / metres_per_unit_x(plane) + plane.origin_x;
    result.x.push_back(plane.geographic ? wrap_degrees(x) : x);
    result.y.push_back((records.y[i] - 0.5) * plane.length / metres_per_unit_y(plane) +
                       plane.origin_y);
  }
  for (const double value : records.velocity_x)
    result.velocity_x.push_back(value * plane.velocity_unit());
  for (const double value : records.velocity_y)
    result.velocity_y.push_back(value * plane.velocity_unit());
  return result;
}

}  // namespace lagoon::datasets
