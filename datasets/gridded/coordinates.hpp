#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "datasets/gridded/array_file.hpp"

namespace lagoon::datasets {

/// What a coordinate is.
enum class Role { x, y, time };

/// The values of a coordinate, as they lie in the file, and the axis they belong to.
struct Coordinate {
  std::vector<double> values;
  std::optional<std::size_t> axis;  ///< of the variable; none: one value for the whole variable
  std::string units, calendar;
  bool degrees = false;
};

/// Axes of a variable already given to a coordinate.
using TakenAxes = std::vector<std::size_t>;

/// The coordinate of `variable` in this role: `request` is a variable's name, or
/// "START:STEP:COUNT[ UNITS]", or empty for what CF attributes or usual names point to. Adds its
/// axis to `taken`. None if the request is empty and nothing is found. Throws Error for a request
/// that does not fit, and for a grid that is not rectilinear.
std::optional<Coordinate> find_coordinate(const ArrayFile& file, const ArrayVariable& variable,
                                          Role role, const std::string& request, TakenAxes& taken);

}  // namespace lagoon::datasets
