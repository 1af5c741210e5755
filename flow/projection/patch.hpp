#pragma once

#include <cstddef>
#include <vector>

namespace lagoon::flow {

/// A field on a rectangle that is not periodic, on a rectilinear grid. Missing points are NaN.
struct Patch {
  std::vector<double> x, y;    ///< ascending
  std::vector<double> values;  ///< (x, y), x index first

  std::size_t n_x() const { return x.size(); }
  std::size_t n_y() const { return y.size(); }
  /// Where point (i, j) is among the values.
  std::size_t position(std::size_t i, std::size_t j) const { return i * y.size() + j; }
};

/// The share of points that are NaN.
double missing_fraction(const Patch& patch);

/// Fills missing points harmonically: each becomes the mean of its two to four neighbours on the
/// grid (Laplace's equation in grid indices, no flux through the patch's edge), the known points
/// standing fast. The filled part has no extremum of its own and meets the known one without a
/// jump. By over-relaxation until no point moves by more than 1e-9 of the known values' range;
/// false if kMostSweeps did not come that far, as where holes are many hundreds of points across.
/// Throws Error if no point is known.
bool fill_missing(Patch& patch);
inline constexpr int kMostSweeps = 100'000;

/// Fills missing points with a value.
void fill_missing(Patch& patch, double value);

}  // namespace lagoon::flow
