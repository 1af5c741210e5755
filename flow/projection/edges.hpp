#pragma once

#include <span>
#include <vector>

namespace lagoon::flow {

// A square box becomes a torus. Its field is on (n + 1)^2 points, x index first: (i/n, j/n), both
// edges included; lengths are in sides of the box.

/// value ~ mean + slope_x (x - 1/2) + slope_y (y - 1/2).
struct Plane {
  double mean = 0;
  double slope_x = 0, slope_y = 0;  ///< per side of the box
};

/// Least squares over all points. Throws Error unless there are (n + 1)^2 values.
Plane fit_plane(std::span<const double> values, int n);

/// Subtracts the plane from (n + 1)^2 values.
void remove_plane(std::span<double> values, int n, const Plane& plane);

/// Tukey's window at i/n, i = 0..n: 1 in the middle, and over fraction/2 at either end the cosine
/// that falls to 0. fraction 0: 1 everywhere; 1: Hann's window. Throws Error outside of [0, 1].
std::vector<double> tukey_window(int n, double fraction);

/// The field times the window along x and along y, without its last row and column, which on the
/// torus are its first: (n, n), for SpectralField::from_grid.
std::vector<double> tapered(std::span<const double> values, int n, double fraction);

/// The field and its mirror images beyond both far edges: (2n, 2n) on a torus of twice the side,
/// even about both edges, so continuous.
std::vector<double> extended(std::span<const double> values, int n);

/// The first row and column of a torus (n, n) again at its end: (n + 1, n + 1).
std::vector<double> closed(std::span<const double> values, int n);

}  // namespace lagoon::flow
