#include "pipelines/import/fields/snapshot_projection.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "flow/error.hpp"
#include "flow/projection/helmholtz.hpp"
#include "flow/projection/potential_vorticity.hpp"
#include "flow/projection/resampling.hpp"

namespace lagoon::pipelines {
namespace {

using Values = std::vector<double>;

std::size_t at(int i, int j, int row) {
  return static_cast<std::size_t>(i) * row + j;
}

flow::Patch filled_with_zero(flow::Patch patch) {
  flow::fill_missing(patch, 0);
  return patch;
}

// On the (n + 1)^2 points of the box.
Values on_box(const flow::Patch& patch, int n) {
  Values points;
  for (int i = 0; i <= n; ++i) points.push_back(static_cast<double>(i) / n);
  return flow::resample(patch, points, points);
}

flow::CoriolisPlane coriolis_plane(const std::string& name) {
  return name == "beta" ? flow::CoriolisPlane::beta_plane : flow::CoriolisPlane::f_plane;
}

// Heights become psi in place.
void make_geostrophic(flow::Patch& height, const FieldSource& source, const std::string& plane) {
  for (std::size_t i = 0; i < height.n_x(); ++i) {
    for (std::size_t j = 0; j < height.n_y(); ++j) {
      double& value = height.values[height.position(i, j)];
      const double y = (height.y[j] - 0.5) * source.side;
      value = flow::geostrophic_psi(value, y, source.place, coriolis_plane(plane));
    }
  }
}

struct FilledPatch {
  flow::Patch patch;
  bool settled;
};

// A patch whose psi, or vorticity, is to be made periodic.
FilledPatch scalar_patch(const FieldSource& source, std::size_t snapshot,
                         const FieldImportOptions& options) {
  flow::Patch patch = source.field[snapshot];
  const bool settled = flow::fill_missing(patch);
  if (source.format == "sea-level") make_geostrophic(patch, source, options.source.plane);
  return {std::move(patch), settled};
}

// laplacian psi - psi / radius^2 = q on a torus of `side` metres: psi on the box of side 2 pi is
// (side / 2 pi)^2 times that of the same q there.
flow::SpectralField inverted(const flow::SpectralField& q, double side, double radius_km) {
  const double unit = side / (2 * std::numbers::pi);
  const double F = radius_km == 0 ? 0 : std::pow(unit / (1000 * radius_km), 2);
  return flow::scaled(flow::invert_potential_vorticity(q, F), unit * unit);
}

// Where taper or extension leave the box as it was.
std::vector<char> untouched(const ProjectionOptions& options, int n_box, int n_torus) {
  std::vector<char> inside(at(n_torus, 0, n_torus), 1);
  const Values window = flow::tukey_window(n_box, options.edges == "taper" ? options.taper : 0.0);
  for (int i = 0; i < n_torus; ++i) {
    for (int j = 0; j < n_torus; ++j) {
      const bool in_box = i <= n_box && j <= n_box;
      inside[at(i, j, n_torus)] = in_box && window[i] == 1 && window[j] == 1;
    }
  }
  return inside;
}

// The box's values in a square of `side` points, 0 beyond.
Values placed(const Values& box, int n_box, int side) {
  Values square(at(side, 0, side), 0.0);
  for (int i = 0; i < std::min(n_box + 1, side); ++i) {
    for (int j = 0; j < std::min(n_box + 1, side); ++j) {
      square[at(i, j, side)] = box[at(i, j, n_box + 1)];
    }
  }
  return square;
}

// The box's field, plane removed, as a torus.
SnapshotProjection made_periodic(Values box, int n, const ProjectionOptions& options) {
  SnapshotProjection result;
  result.n = options.edges == "extend" ? 2 * n : n;
  result.plane = flow::fit_plane(box, n);
  flow::remove_plane(box, n, result.plane);
  result.before = placed(box, n, result.n + 1);
  result.inside = untouched(options, n, result.n);
  result.after =
      options.edges == "extend" ? flow::extended(box, n) : flow::tapered(box, n, options.taper);
  result.psi = flow::SpectralField::from_grid(result.after, result.n);
  return result;
}

SnapshotProjection project_box(const FieldSource& source, std::size_t snapshot,
                               const FieldImportOptions& options, int n) {
  if (!source.is_velocity()) {
    const auto [patch, settled] = scalar_patch(source, snapshot, options);
    SnapshotProjection result = made_periodic(on_box(patch, n), n, options.projection);
    result.fill_settled = settled;
    return result;
  }
  const Values x = on_box(filled_with_zero(source.field[snapshot]), n);
  const Values y = on_box(filled_with_zero(source.field_y[snapshot]), n);
  flow::BoxRotation rotation = flow::rotational_part_of_box(x, y, n);
  for (double& value : rotation.psi) value *= source.side;
  SnapshotProjection result = made_periodic(std::move(rotation.psi), n, options.projection);
  result.unexplained = rotation.unexplained;
  result.given = {placed(x, n, result.n), placed(y, n, result.n)};
  return result;
}

// A field that is periodic already, on its own grid.
SnapshotProjection project_torus(const FieldSource& source, std::size_t snapshot,
                                 const FieldImportOptions& options, int n) {
  SnapshotProjection result;
  result.n = n;
  result.inside.assign(at(n, 0, n), 1);
  if (source.is_velocity()) {
    result.given = {filled_with_zero(source.field[snapshot]).values,
                    filled_with_zero(source.field_y[snapshot]).values};
    const auto rotation = flow::rotational_part(result.given.x, result.given.y, n);
    result.psi = flow::scaled(rotation.psi, source.side);
    result.plane = {0, rotation.mean_y * source.side, -rotation.mean_x * source.side};
    result.unexplained = rotation.unexplained;
  } else {
    const auto [patch, settled] = scalar_patch(source, snapshot, options);
    result.psi = flow::SpectralField::from_grid(patch.values, n);
    result.fill_settled = settled;
  }
  return result;
}

}  // namespace

double torus_side(const FieldSource& source, const ProjectionOptions& options) {
  return options.edges == "extend" ? 2 * source.side : source.side;
}

int box_points(const FieldSource& source, const ProjectionOptions& options, int max_wavenumber) {
  const flow::Patch& patch = source.field.front();
  constexpr int kLargestScored = 15;
  const int least = 2 * std::max(max_wavenumber, kLargestScored) + 2;
  if (options.edges == "none") {
    const auto n = static_cast<int>(patch.n_x());
    require(patch.n_x() == patch.n_y() && n % 2 == 0 && n > 2 * max_wavenumber,
            "a periodic field (--edges none) must be n x n points, n even and more than twice "
            "--max-wavenumber: this one is " +
                std::to_string(patch.n_x()) + " x " + std::to_string(patch.n_y()));
    return n;
  }
  if (options.grid > 0) {
    require(options.grid % 2 == 0 && options.grid >= 2 * max_wavenumber + 2,
            "--grid " + std::to_string(options.grid) + ": must be even and more than twice " +
                "--max-wavenumber");
    return options.grid;
  }
  const auto inside = [](const Values& axis) {
    return static_cast<int>(std::ranges::count_if(axis, [](double p) { return p >= 0 && p <= 1; }));
  };
  const int points = std::max(inside(patch.x), inside(patch.y));
  return std::max(least, points + points % 2);
}

SnapshotProjection project_snapshot(const FieldSource& source, std::size_t snapshot,
                                    const FieldImportOptions& options, int n) {
  const bool periodic = options.projection.edges == "none";
  SnapshotProjection result = periodic ? project_torus(source, snapshot, options, n)
                                       : project_box(source, snapshot, options, n);
  if (source.format == "potential-vorticity") {
    result.psi = inverted(result.psi, torus_side(source, options.projection),
                          options.projection.deformation_radius);
    result.plane = {};
  }
  result.psi.for_each([](int k, int l, std::complex<double>& c) {
    if (k == 0 && l == 0) c = 0;
  });
  if (periodic || source.format == "potential-vorticity") {
    result.after = flow::grid_values(result.psi, result.n);
    result.before = flow::closed(result.after, result.n);
  }
  return result;
}

}  // namespace lagoon::pipelines
