#pragma once

#include <span>
#include <vector>

namespace lagoon::flow {

inline constexpr double kEarthRadius = 6'371'000;       ///< m
inline constexpr double kGravity = 9.81;                ///< m/s^2
inline constexpr double kEarthRotation = 7.2921159e-5;  ///< rad/s

/// The local Cartesian plane around a place: x = R cos(latitude_0) (longitude - longitude_0),
/// y = R (latitude - latitude_0), metres. It neglects that meridians converge: at another latitude
/// true zonal lengths differ by cos(latitude) / cos(latitude_0).
struct LocalPlane {
  double longitude = 0, latitude = 0;  ///< of the centre, degrees

  /// Metres east of the centre, and north of it.
  double x(double longitude_degrees) const;
  double y(double latitude_degrees) const;
  /// Lengths of a degree of longitude, and of latitude.
  double metres_per_degree_east() const;
  double metres_per_degree_north() const;

  double coriolis() const;           ///< f_0 = 2 Omega sin(latitude_0), 1/s
  double coriolis_gradient() const;  ///< beta = 2 Omega cos(latitude_0) / R, 1/(m s)
};

/// Which Coriolis parameter a geostrophic streamfunction psi = g height / f takes.
///   f_plane:    f_0. Neglected: speeds are wrong by the factor f / f_0, which is 1 + beta y / f_0.
///   beta_plane: f_0 + beta y. Neglected: -d psi/dy then has g beta height / f^2 beyond the
///               geostrophic speed, the part of it that converges on a beta plane.
enum class CoriolisPlane { f_plane, beta_plane };

/// psi of a surface height (m) at y metres from the centre, m^2/s. Throws Error nearer to the
/// equator than 2 degrees, where the balance fails.
double geostrophic_psi(double height, double y, const LocalPlane& place, CoriolisPlane plane);

/// A height by its centred differences over two spacings,
///   along_x(i, j) = height(i + 1, j) - height(i - 1, j), along_y alike, x index first, NaN where
/// they are not known. The points of each parity of (i, j) are linked with one another only: on
/// each of the four sets the height is exact up to a constant, and the constants are chosen such
/// that each set lies, in the mean, on the cubics through its neighbours of the others.
struct RecoveredHeight {
  std::vector<double> height;        ///< (n_x, n_y), mean 0; NaN where no difference reaches
  double largest_inconsistency = 0;  ///< max departure of a given difference from the height's
};
RecoveredHeight integrate_centred_differences(std::span<const double> along_x,
                                              std::span<const double> along_y, std::size_t n_x,
                                              std::size_t n_y);

}  // namespace lagoon::flow
