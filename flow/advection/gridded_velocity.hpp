#pragma once

#include <vector>

#include "flow/advection/advect.hpp"
#include "flow/advection/grid_locator.hpp"

namespace lagoon::flow {

/// What the values of a gridded velocity are: coordinates per unit of time (nothing is converted),
/// or metres per second where x and y are degrees and time is seconds.
enum class VelocityUnits { coordinates_per_time, metres_per_second_on_degrees };

/// A velocity in metres per second as degrees per second at a latitude in degrees, a minute of arc
/// being a nautical mile: (u / (1852 * 60 * cos(latitude)), v / (1852 * 60)), as Parcels does.
Point degrees_per_second(Point metres_per_second, double latitude);

/// Velocity on a grid, interpolated linearly in x, y and t. Missing values (NaN) count as 0, and
/// outside the grid nothing moves. A callable for advect(); it throws Error outside the frames'
/// times.
class GriddedVelocity {
 public:
  /// Components (time, y, x). Throws Error for axes that do not ascend and sizes that do not fit.
  GriddedVelocity(GridAxes axes, const std::vector<double>& velocity_x,
                  const std::vector<double>& velocity_y, VelocityUnits units);

  /// (dx/dt, dy/dt): in coordinates a unit of time, or in degrees a second. (0, 0) outside the
  /// grid.
  Point operator()(double x, double y, double t) const;

 private:
  GridLocator locator_;
  std::vector<Point> velocity_;
  VelocityUnits units_;
};

/// The velocity (-d psi/dy, d psi/dx) of a streamfunction on a grid, interpolated linearly in x, y
/// and t: free of divergence in each cell, and what leaves a cell enters the next, as an
/// interpolated velocity does not give. Cells with a missing corner (NaN) stand still, as does all
/// outside the grid.
class GriddedStreamfunction {
 public:
  /// psi (time, y, x), in (unit of x and y)^2 / unit of time. Throws Error as GriddedVelocity does.
  GriddedStreamfunction(GridAxes axes, std::vector<double> psi);

  /// NaN outside the grid and in cells with a missing corner.
  double psi(double x, double y, double t) const;
  /// (dx/dt, dy/dt); (0, 0) where psi() is NaN.
  Point operator()(double x, double y, double t) const;

 private:
  GridLocator locator_;
  std::vector<double> psi_;
};

}  // namespace lagoon::flow
