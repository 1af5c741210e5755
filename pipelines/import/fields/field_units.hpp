#pragma once

#include <string>

#include "flow/projection/geostrophy.hpp"

namespace lagoon::pipelines {

/// Factors that bring values to SI units in the local plane: one along x, one along y (they differ
/// only for degrees per day).
struct UnitFactors {
  double x = 1, y = 1;
  bool angular = false;  ///< of degrees, which are shorter along x away from the equator
};

/// Of a gridded field of that format in `units`: m2/s for a streamfunction, m for a sea level, 1/s
/// for potential vorticity, m/s for velocity. `name` is the variable's, for the error that lists
/// what is taken.
UnitFactors unit_factors(const std::string& format, const std::string& name,
                         const std::string& units, const flow::LocalPlane& place);

}  // namespace lagoon::pipelines
