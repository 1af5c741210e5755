#pragma once

#include <vector>

#include "flow/projection/edges.hpp"
#include "flow/projection/spectral_field.hpp"
#include "pipelines/import/fields/field_source.hpp"

namespace lagoon::pipelines {

/// A velocity as it was given, on the points of the torus; empty for other fields.
struct GivenVelocity {
  std::vector<double> x, y;  ///< m/s, plane included
};

/// One snapshot as a streamfunction (m^2/s) on a torus. Value (i, j) of a torus is at (i, j) / n.
struct SnapshotProjection {
  int n = 0;                   ///< points a side of the torus
  std::vector<double> before;  ///< (n + 1, n + 1) psi without its plane, far edges too; 0 beyond
                               ///< the box
  std::vector<double> after;   ///< (n, n) tapered or extended: the torus's psi, mean 0
  std::vector<char> inside;    ///< (n, n) 1 where the box is as it was
  flow::SpectralField psi;     ///< of `after`
  flow::Plane plane;           ///< taken away; per side of the box
  double unexplained = 0;      ///< share of a velocity's variance that no streamfunction has
  GivenVelocity given;
  bool fill_settled = true;  ///< the filling of missing points came to its end
};

/// The torus's side in metres: the box's, twice that if it is extended.
double torus_side(const FieldSource& source, const ProjectionOptions& options);

/// Points a side of the box: those asked for, else as many as the field has, even, and enough for
/// 31 x 31 modes and for the modes asked for. A periodic field is taken as it is. Throws Error if
/// it cannot hold the modes.
int box_points(const FieldSource& source, const ProjectionOptions& options, int max_wavenumber);

/// Snapshot number `snapshot`: missing points are filled (velocity with 0, others harmonically),
/// then it is resampled, turned into psi (box of `n` intervals), rid of its plane and made
/// periodic.
SnapshotProjection project_snapshot(const FieldSource& source, std::size_t snapshot,
                                    const FieldImportOptions& options, int n);

}  // namespace lagoon::pipelines
