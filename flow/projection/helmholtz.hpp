#pragma once

#include <span>
#include <vector>

#include "flow/projection/spectral_field.hpp"

namespace lagoon::flow {

/// The part of a velocity that a streamfunction has, and what it leaves.
struct PeriodicRotation {
  SpectralField psi;  ///< unit torus, without mean flow: velocity times side
  double mean_x = 0, mean_y = 0;
  double unexplained = 0;  ///< share of the variance about the mean that is divergence, or finer
                           ///< than the grid's derivatives
};

/// Helmholtz's decomposition on the unit torus, velocities (n, n): psi(k, l) = i (l U - k V) /
/// (2 pi |k|^2), the projection of the transform (U, V) across the wave vector. Throws Error unless
/// n >= 4 is even and there are n * n values of each.
PeriodicRotation rotational_part(std::span<const double> velocity_x,
                                 std::span<const double> velocity_y, int n);

/// The same in a box that is not periodic.
struct BoxRotation {
  std::vector<double> psi;  ///< (n + 1, n + 1), velocity times side; the mean flow is in it, as its
                            ///< plane -mean_x y + mean_y x
  double mean_x = 0, mean_y = 0;
  double unexplained = 0;  ///< of the variance about the mean, at the inner points
};

/// Velocities at the (n + 1)^2 points of a box (flow/projection/edges.hpp). The mean is set apart,
/// the rest mirrored as the velocity of an even psi is: velocity_x even in x and odd in y,
/// velocity_y the other way round. So what has a streamfunction in the box has one on the torus of
/// twice the side, and what diverges is the gradient of a potential that is 0 at the edges. A flow
/// that both has is counted as rotational. Throws Error unless n >= 2 and there are (n + 1)^2
/// values of each.
BoxRotation rotational_part_of_box(std::span<const double> velocity_x,
                                   std::span<const double> velocity_y, int n);

}  // namespace lagoon::flow
