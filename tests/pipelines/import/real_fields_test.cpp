// The real fields of LAGOON_DATA: what the modes explain of them.
#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "datasets/gridded/gridded_field.hpp"
#include "datasets/text/calendar.hpp"
#include "flow/advection/advect.hpp"
#include "flow/advection/gridded_velocity.hpp"
#include "flow/integration/trajectories.hpp"
#include "pipelines/import/fields/explained_variance.hpp"
#include "pipelines/import/fields/field_source.hpp"
#include "pipelines/import/fields/fitted_law.hpp"
#include "pipelines/import/fields/recovered_height.hpp"
#include "pipelines/import/fields/snapshot_projection.hpp"
#include "tests/support/files.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

using namespace lagoon::tests;

struct RealField {
  std::string path, format;
  FieldImportOptions options = default_field_options();
};

RealField gulf_stream() {
  RealField field{"altimetry_sla_global/slasnapshot.mat", "sea-level"};
  field.options.source.variable = "slasnapshot/sla";
  field.options.source.units = "cm";
  field.options.source.box = {-70, 33, -55, 43};
  return field;
}

RealField agulhas_rings() {
  RealField field = gulf_stream();
  field.options.source.box = {8, -44, 20, -35};
  return field;
}

RealField agulhas_altimetry() {
  RealField field{"altimetry_agulhas/Ocean_geostrophic_velocity.jld2", "velocity"};
  FieldSourceOptions& source = field.options.source;
  source.variable_x = "UT";
  source.variable_y = "VT";
  source.axis_x = "-12:0.25:165 degrees_east";
  source.axis_y = "-45:0.25:105 degrees_north";
  source.axis_time = "0:7:14 days";
  source.units = "degrees/day";
  source.streamfunction_by = "height";
  source.box = {-4, -38, 7, -29};
  return field;
}

RealField globcurrent() {
  RealField field{"globcurrent_agulhas", "velocity"};
  field.options.source.variable_x = "eastward_eulerian_current_velocity";
  field.options.source.variable_y = "northward_eulerian_current_velocity";
  field.options.source.box = {24, -40.125, 34.875, -31.1};
  return field;
}

class RealFieldsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (real_data().empty()) GTEST_SKIP() << "LAGOON_DATA is not set";
  }

  FieldSource read(const RealField& field) const {
    return read_field_source(real_data(field.path), field.format, field.options.source, false);
  }

  static std::vector<SnapshotProjection> project(const FieldSource& source,
                                                 const FieldImportOptions& options) {
    std::vector<SnapshotProjection> snapshots;
    const int n = box_points(source, options.projection, options.law.max_wavenumber);
    for (std::size_t s = 0; s < source.field.size(); ++s) {
      snapshots.push_back(project_snapshot(source, s, options, n));
    }
    return snapshots;
  }

  struct Row {
    double psi, velocity, exponent;
  };

  // 7 x 7, 15 x 15 and 31 x 31 modes.
  void expect_rows(const RealField& field, const std::vector<Row>& expected) const {
    const FieldSource source = read(field);
    const auto rows = explained_variances(project(source, field.options), {3, 7, 15}, source.side);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_NEAR(rows[i].psi, expected[i].psi, kTableDigits);
      EXPECT_NEAR(rows[i].velocity, expected[i].velocity, kTableDigits);
      EXPECT_NEAR(rows[i].power.exponent, expected[i].exponent, 10 * kTableDigits);
    }
  }

  // The first week of a variable of the altimetry.
  datasets::GriddedField first_week(const RealField& field, const std::string& name) const {
    const FieldSourceOptions& o = field.options.source;
    auto week = datasets::read_gridded_field(real_data(field.path),
                                             {name, o.axis_x, o.axis_y, o.axis_time});
    week.values.resize(week.n_x() * week.n_y());
    return week;
  }

  // Of five drifters in five days: rms distance of those in the modes to those in the gridded
  // velocity, as a share of their way.
  double departure_from_grid(const std::string& streamfunction_by) const {
    RealField field = agulhas_altimetry();
    FieldImportOptions& options = field.options;
    options.source.streamfunction_by = streamfunction_by;
    options.law.max_wavenumber = 15;
    options.source.snapshots = "0:1:1";
    options.window_days = 5;
    options.drifters.release = "0.35,0.4;0.5,0.5;0.6,0.35;0.65,0.6;0.4,0.65";
    const FieldSource source = read(field);
    const FittedFlows fitted = fit_flows(source, project(source, options), options);
    const flow::Law& law = fitted.law;
    std::vector<double> x(law.n_drifters() * law.n_times()), y(x.size());
    flow::integrate_adaptive(law, fitted.psi_hat, 1e-9, x, y);

    const auto east = first_week(field, "UT"), north = first_week(field, "VT");
    const flow::GriddedVelocity gridded({east.x, east.y, {0}}, east.values, north.values,
                                        flow::VelocityUnits::coordinates_per_time);
    flow::AdvectionOptions steps;
    steps.step = 0.01;  // days, in which no drifter leaves its cell
    double missed = 0, moved = 0;
    for (std::size_t d = 0; d < law.n_drifters(); ++d) {
      const flow::Point release = {source.corner_x + law.release_x[d] * source.side_x,
                                   source.corner_y + law.release_y[d] * source.side_y};
      const auto end = flow::advect(gridded, release, std::vector<double>{0, 5}, steps).back();
      const double way_x = (end[0] - release[0]) / source.side_x;
      const double way_y = (end[1] - release[1]) / source.side_y;
      const std::size_t last = (d + 1) * law.n_times() - 1;
      missed += std::pow(x[last] - law.release_x[d] - way_x, 2) +
                std::pow(y[last] - law.release_y[d] - way_y, 2);
      moved += way_x * way_x + way_y * way_y;
    }
    EXPECT_GT(std::sqrt(moved / 5), 0.01);
    return std::sqrt(missed / moved);
  }
};

TEST_F(RealFieldsTest, table_of_docs_real_fields_is_what_comes_out) {
  expect_rows(gulf_stream(), {{0.739, 0.494, -0.34}, {0.991, 0.938, 1.85}, {1, 1, 2.45}});
  expect_rows(agulhas_rings(), {{0.837, 0.539, 0.77}, {0.996, 0.956, 1.99}, {1, 1, 2.56}});
  expect_rows(agulhas_altimetry(), {{0.841, 0.534, 0.61}, {0.995, 0.953, 1.93}, {1, 0.997, 2.55}});
  expect_rows(globcurrent(), {{0.927, 0.593, 1.40}, {0.997, 0.947, 2.01}, {1, 0.999, 2.53}});
}

// The velocity that the recovered height has by the data's own rule, against the velocity given.
TEST_F(RealFieldsTest, altimetry_s_height_gives_its_velocity_back_to_rounding) {
  const RealField field = agulhas_altimetry();
  const auto east = first_week(field, "UT"), north = first_week(field, "VT");
  // Degrees a day of the first week, land at 0; as a patch of true m/s.
  flow::Patch u{east.x, east.y, {}}, v{east.x, east.y, {}};
  for (std::size_t i = 0; i < east.n_x(); ++i) {
    for (std::size_t j = 0; j < east.n_y(); ++j) {
      const std::size_t at = j * east.n_x() + i;
      const bool land = east.values[at] == 0 && north.values[at] == 0;
      const flow::LocalPlane here{0, east.y[j]};
      u.values.push_back(
          land ? NAN : east.values[at] * here.metres_per_degree_east() / datasets::kSecondsPerDay);
      v.values.push_back(land ? NAN
                              : north.values[at] * here.metres_per_degree_north() /
                                    datasets::kSecondsPerDay);
    }
  }
  const GeographicHeight recovered = recover_height(u, v);
  EXPECT_LT(recovered.largest_inconsistency, kHeightOfAltimetry);
  const auto height = [&](std::size_t i, std::size_t j) {
    return recovered.height.values[recovered.height.position(i, j)];
  };
  double largest = 0, fastest = 0;
  for (std::size_t i = 1; i + 1 < u.n_x(); ++i) {
    for (std::size_t j = 1; j + 1 < u.n_y(); ++j) {
      const double given = u.values[u.position(i, j)];
      if (std::isnan(given)) continue;
      // README of the data: UT = -(g / (R^2 f cos lat)) d eta / d lat, radians.
      const flow::LocalPlane here{0, u.y[j]};
      const double rise = (height(i, j + 1) - height(i, j - 1)) / (u.y[j + 1] - u.y[j - 1]);
      const double speed =
          -flow::kGravity / here.coriolis() * rise / here.metres_per_degree_north();
      if (std::isnan(speed)) continue;  // a strait: no other point of its parity is linked
      largest = std::max(largest, std::abs(speed - given));
      fastest = std::max(fastest, std::abs(given));
    }
  }
  EXPECT_GT(fastest, 1);  // m/s
  EXPECT_LT(largest, kHeightOfAltimetry * fastest);
}

// What the fitted flow is worth: drifters in 31 x 31 modes against those in the gridded velocity,
// where the box is untouched, as a share of their way.
TEST_F(RealFieldsTest, drifters_in_the_modes_follow_those_in_the_gridded_velocity) {
  EXPECT_LT(departure_from_grid("helmholtz"), kModesAgainstGrid);
  EXPECT_LT(departure_from_grid("height"), kHeightAgainstGrid);
}

TEST_F(RealFieldsTest, divergent_part_of_a_current_with_wind_is_small_and_told) {
  const RealField field = globcurrent();
  const FieldSource source = read(field);
  EXPECT_EQ(source.field.size(), 60u);
  EXPECT_GT(source.missing, 0.1);  // the coast of Africa
  double unexplained = 0;
  for (const auto& snapshot : project(source, field.options)) {
    unexplained += snapshot.unexplained / 60;
  }
  EXPECT_GT(unexplained, 0.001);
  EXPECT_LT(unexplained, 0.02);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
