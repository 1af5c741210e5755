#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "flow/law/law.hpp"

namespace lagoon::pipelines {

/// One drifter from its release on, unwrapped; a missing observation is NaN in x and y.
struct DrifterPath {
  std::vector<double> time, x, y;
};

/// The release of drifter `drifter` and its observations after that; x, y (time) are the drifter's.
DrifterPath drifter_path(const flow::Law& law, std::size_t drifter, std::span<const double> x,
                         std::span<const double> y);

/// A point of a line that is drawn. `place` counts along the path it comes from; between two of its
/// points it is a fraction.
struct LinePoint {
  double place = 0;
  double x = 0;
  double y = 0;
};
using Line = std::vector<LinePoint>;

/// The path in lines without a missing point: it is cut where observations are missing.
std::vector<Line> cut_at_gaps(std::span<const double> x, std::span<const double> y);

/// The same wrapped into the closed unit square: cut where the path crosses the seam as well, where
/// one line ends on an edge and the next begins on the opposite one.
std::vector<Line> cut_at_seam(std::span<const double> x, std::span<const double> y);

/// values at a place between its neighbours, by linear interpolation.
double at_place(std::span<const double> values, double place);

}  // namespace lagoon::pipelines
