#pragma once

#include <cstddef>
#include <vector>

namespace lagoon::flow {

/// Coordinates of a rectilinear grid and the times of its frames, each ascending.
struct GridAxes {
  std::vector<double> x, y, time;
};

/// Finds the cell around a place, and interpolates linearly in x, y and t between its corners.
class GridLocator {
 public:
  /// Throws Error unless x and y have at least two values and time at least one, all ascending.
  explicit GridLocator(GridAxes axes);

  /// A cell of the grid, and a place in it.
  struct Cell {
    std::size_t corner;    ///< index of the corner (lowest x, y, t) among values (time, y, x)
    double x, y, t;        ///< fractions of the cell, in [0, 1]
    double width, height;  ///< of the cell
  };

  /// Where (x, y, t) is. False outside the grid in space. A single frame holds at all times; where
  /// there are several, Error outside their times.
  bool locate(double x, double y, double t, Cell& cell) const;

  /// Values that a field on these axes has.
  std::size_t size() const { return axes_.x.size() * axes_.y.size() * axes_.time.size(); }

  /// Calls use(index, weight in time) for the one or two frames, with the index of the corner.
  template <class Use>
  void for_each_frame(const Cell& cell, const Use& use) const {
    if (cell.t < 1) use(cell.corner, 1 - cell.t);
    if (cell.t > 0) use(cell.corner + axes_.x.size() * axes_.y.size(), cell.t);
  }

  /// From a value to the one above it in y.
  std::size_t row() const { return axes_.x.size(); }

 private:
  GridAxes axes_;
};

}  // namespace lagoon::flow
