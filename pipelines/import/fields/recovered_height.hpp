#pragma once

#include "flow/projection/patch.hpp"

namespace lagoon::pipelines {

/// A sea-surface height (m) on a grid of degrees.
struct GeographicHeight {
  flow::Patch height;                ///< mean 0; x, y in degrees
  double largest_inconsistency = 0;  ///< over the largest difference of neighbours
};

/// The height of which a velocity (true m/s: `eastward`, `northward`, x and y in degrees) is the
/// geostrophic flow by centred differences, u = -(g / f) d height / dy, v = (g / f) d height / dx
/// with f and lengths of each latitude: to rounding, where it was made like that (altimetry is).
/// Throws Error where a difference departs by more than a thousandth of the largest.
GeographicHeight recover_height(const flow::Patch& eastward, const flow::Patch& northward);

}  // namespace lagoon::pipelines
