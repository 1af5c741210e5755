#pragma once

#include "datasets/drifters/tracks.hpp"

namespace lagoon::datasets {

/// How tracks become nondimensional. A position is first laid on a plane,
///   x = R cos(origin_y) (longitude - origin_x),  y = R (latitude - origin_y),  R = 6371 km,
/// (or x - origin_x, y - origin_y of a plane's metres), then measured in boxes, with the origin at
/// the middle of the unit box: x / length + 1/2. Time is (t - epoch) / time_unit.
struct LocalPlane {
  bool geographic = true;
  double origin_x = 0, origin_y = 0;  ///< degrees, or metres
  double length = 1;                  ///< metres: the side of the box
  double epoch = 0;                   ///< seconds since 1970: time 0
  double time_unit = 1;               ///< seconds

  double velocity_unit() const { return length / time_unit; }  ///< metres per second
  bool operator==(const LocalPlane&) const = default;
};

/// What the plane is to be. Zeros are found from the tracks.
struct LocalPlaneRequest {
  double box_metres = 0;  ///< side of the box; 0: the wider spread of the tracks fills 4/5 of it
  double window_seconds = 0;  ///< the time that is final_time; 0: from the first record to the last
  double final_time = 0.1;
};

/// The plane whose origin is the middle of the tracks' extent, and whose time begins with them.
/// Throws Error if the tracks have no extent or no duration and none is asked for, or if they reach
/// a pole.
LocalPlane fit_plane(const DrifterTracks& tracks, const LocalPlaneRequest& request);

/// Tracks in units of a plane; longitudes are unwrapped along each track, so x does not jump.
struct PlaneTracks {
  std::vector<double> time, x, y;              ///< (obs) nondimensional
  std::vector<double> velocity_x, velocity_y;  ///< (obs) nondimensional, or empty
  bool operator==(const PlaneTracks&) const = default;
};
PlaneTracks to_plane(const DrifterTracks& tracks, const LocalPlane& plane);

/// The inverse: longitude in [-180, 180) and latitude, or a plane's metres; seconds since 1970.
DrifterTracks from_plane(const DrifterTracks& names, const PlaneTracks& records,
                         const LocalPlane& plane);

}  // namespace lagoon::datasets
