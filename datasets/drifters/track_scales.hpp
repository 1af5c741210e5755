#pragma once

#include "datasets/drifters/tracks.hpp"
#include "flow/projection/geostrophy.hpp"

namespace lagoon::datasets {

/// How tracks become nondimensional. A position is first laid on a plane,
///   x = R cos(origin_y) (longitude - origin_x),  y = R (latitude - origin_y),  R = 6371 km,
/// (or x - origin_x, y - origin_y of a plane's metres), then measured in boxes, with the origin at
/// the middle of the unit box: x / length + 1/2. Time is (t - epoch) / time_unit.
struct TrackScales {
  bool geographic = true;
  double origin_x = 0, origin_y = 0;  ///< degrees, or metres
  double length = 1;                  ///< metres: the side of the box
  double epoch = 0;                   ///< seconds since 1970: time 0
  double time_unit = 1;               ///< seconds

  flow::LocalPlane place() const { return {origin_x, origin_y}; }  ///< if geographic
  double velocity_unit() const { return length / time_unit; }      ///< metres per second
  bool operator==(const TrackScales&) const = default;
};

/// What the scales are to be. Zeros are found from the tracks.
struct TrackScalesRequest {
  double box_metres = 0;  ///< side of the box; 0: the wider spread of the tracks fills 4/5 of it
  double window_seconds = 0;  ///< the time that is final_time; 0: from the first record to the last
  double final_time = 0.1;
};

/// The scales whose origin is the middle of the tracks' extent, and whose time begins with them.
/// Throws Error if the tracks have no extent or no duration and none is asked for, or if they reach
/// a pole.
TrackScales fit_scales(const DrifterTracks& tracks, const TrackScalesRequest& request);

/// Tracks in units of the scales; longitudes are unwrapped along each track, so x does not jump.
struct ScaledTracks {
  std::vector<double> time, x, y;              ///< (obs) nondimensional
  std::vector<double> velocity_x, velocity_y;  ///< (obs) nondimensional, or empty
  bool operator==(const ScaledTracks&) const = default;
};
ScaledTracks to_scaled(const DrifterTracks& tracks, const TrackScales& scales);

/// The inverse: longitude in [-180, 180) and latitude, or a plane's metres; seconds since 1970.
DrifterTracks from_scaled(const DrifterTracks& names, const ScaledTracks& records,
                          const TrackScales& scales);

}  // namespace lagoon::datasets
