#include "datasets/drifters/track_scales.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

/// Beyond it meridians are too close to make a plane of longitude and latitude, degrees.
constexpr double kLargestLatitude = 89.4;

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

double metres_per_unit_x(const TrackScales& scales) {
  return scales.geographic ? scales.place().metres_per_degree_east() : 1;
}

double metres_per_unit_y(const TrackScales& scales) {
  return scales.geographic ? scales.place().metres_per_degree_north() : 1;
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

void require_sensible(const TrackScales& scales) {
  require(!scales.geographic || std::abs(scales.origin_y) < kLargestLatitude,
          "the tracks lie around a pole, where longitude and latitude make no plane: choose some "
          "of them by --box");
  require(scales.length > 0, "the tracks have no extent: give the side of the box (--box-km)");
  require(scales.time_unit > 0,
          "the tracks have no duration: give the time that is --final-time (--window-days)");
}

}  // namespace

TrackScales fit_scales(const DrifterTracks& tracks, const TrackScalesRequest& request) {
  require(tracks.n_records() > 0, "there are no records to lay a plane through");
  Range x, y, time;
  for (const double value : unwrapped_x(tracks, tracks.x.front())) x.include(value);
  for (const double value : tracks.y) y.include(value);
  for (const double value : tracks.time) time.include(value);
  TrackScales scales{tracks.geographic, x.middle(), y.middle(), 1, time.smallest, 1};
  const double spread =
      std::max(x.width() * metres_per_unit_x(scales), y.width() * metres_per_unit_y(scales));
  scales.length = request.box_metres > 0 ? request.box_metres : spread / kFilledShare;
  const double window = request.window_seconds > 0 ? request.window_seconds : time.width();
  scales.time_unit = window / request.final_time;
  require_sensible(scales);
  return scales;
}

ScaledTracks to_scaled(const DrifterTracks& tracks, const TrackScales& scales) {
  ScaledTracks result;
  const std::vector<double> x = unwrapped_x(tracks, scales.origin_x);
  for (std::size_t i = 0; i < tracks.n_records(); ++i) {
    result.time.push_back((tracks.time[i] - scales.epoch) / scales.time_unit);
    result.x.push_back((x[i] - scales.origin_x) * metres_per_unit_x(scales) / scales.length + 0.5);
    result.y.push_back((tracks.y[i] - scales.origin_y) * metres_per_unit_y(scales) / scales.length +
                       0.5);
  }
  for (const double value : tracks.velocity_x)
    result.velocity_x.push_back(value / scales.velocity_unit());
  for (const double value : tracks.velocity_y)
    result.velocity_y.push_back(value / scales.velocity_unit());
  return result;
}

DrifterTracks from_scaled(const DrifterTracks& names, const ScaledTracks& records,
                          const TrackScales& scales) {
  DrifterTracks result;
  result.geographic = scales.geographic;
  result.ids = names.ids;
  result.segment = names.segment;
  result.rowsize = names.rowsize;
  for (std::size_t i = 0; i < records.time.size(); ++i) {
    result.time.push_back(records.time[i] * scales.time_unit + scales.epoch);
    const double x =
        (records.x[i] - 0.5) * scales.length / metres_per_unit_x(scales) + scales.origin_x;
    result.x.push_back(scales.geographic ? wrap_degrees(x) : x);
    result.y.push_back((records.y[i] - 0.5) * scales.length / metres_per_unit_y(scales) +
                       scales.origin_y);
  }
  for (const double value : records.velocity_x)
    result.velocity_x.push_back(value * scales.velocity_unit());
  for (const double value : records.velocity_y)
    result.velocity_y.push_back(value * scales.velocity_unit());
  return result;
}

}  // namespace lagoon::datasets
