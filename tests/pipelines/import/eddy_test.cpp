#include <cmath>
#include <complex>
#include <numbers>

#include <gtest/gtest.h>

#include "datasets/text/calendar.hpp"
#include "flow/error.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/streamfunction.hpp"
#include "pipelines/import/fields/explained_variance.hpp"
#include "tests/pipelines/import/fields_fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

using Complex = std::complex<double>;
using namespace lagoon::tests;

// A Gaussian eddy in the sea level of a box around 35 S: drifters turn about its centre.

constexpr double kEddyHeight = 0.3;     // m
constexpr double kEddyRadius = 90e3;    // m
constexpr double kEddyDistance = 70e3;  // of the drifter, m

class EddyTest : public FieldsTest {
 protected:
  EddyTest() {
    const Axis time = even_axis(0, 1, 1, "days since 2007-01-01 00:00:00");
    const Axis latitude = even_axis(-41, 0.25, 49, "degrees_north");
    const Axis longitude = even_axis(-8, 0.25, 65, "degrees_east");
    const flow::LocalPlane place{0, -35};
    write_field(
        path("field.nc"), time, latitude, longitude,
        {made_variable("height", "cm", time, latitude, longitude, [&](double x, double y, double) {
          const double r = std::hypot(place.x(x), place.y(y)) / kEddyRadius;
          return 100 * kEddyHeight * std::exp(-r * r / 2);
        })});
  }

  FieldImportOptions eddy_options() const {
    FieldImportOptions options = options_for("height");
    options.source.box = {-5.5, -39.5, 5.5, -30.5};
    options.law.max_wavenumber = 15;
    options.window_days = 5;
    options.drifters.release = "0.57,0.5";
    return options;
  }
};

TEST_F(EddyTest, drifters_turn_about_the_centre_as_they_do_on_the_earth) {
  FieldImportOptions options = eddy_options();
  const double side = 9 * flow::kEarthRadius * std::numbers::pi / 180;
  options.drifters.release = std::to_string(0.5 + kEddyDistance / side) + ",0.5";
  const Imported imported = import("sea-level", options);
  ASSERT_NEAR(imported.source.side, side, 1);
  const flow::Law& law = imported.fitted.law;
  std::vector<double> x(law.n_times()), y(law.n_times());
  flow::integrate_adaptive(law, imported.fitted.psi_hat, 1e-10, x, y);
  // Angular velocity (1/r) d psi/dr of psi = g h / f.
  const double f = flow::LocalPlane{0, -35}.coriolis();
  const double turning = -flow::kGravity * kEddyHeight / (f * kEddyRadius * kEddyRadius) *
                         std::exp(-std::pow(kEddyDistance / kEddyRadius, 2) / 2);
  const double angle = turning * 5 * datasets::kSecondsPerDay;
  EXPECT_GT(angle, 1);  // anticlockwise: a high south of the equator
  EXPECT_NEAR((x.back() - 0.5) * side, kEddyDistance * std::cos(angle),
              kEddyPath * kEddyDistance * angle);
  EXPECT_NEAR((y.back() - 0.5) * side, kEddyDistance * std::sin(angle),
              kEddyPath * kEddyDistance * angle);
}

TEST_F(EddyTest, explained_variance_grows_with_the_wavenumber_and_ends_at_one) {
  for (const std::string edges : {"taper", "extend"}) {
    FieldImportOptions options = eddy_options();
    options.projection.edges = edges;
    options.law.max_wavenumber = 3;
    const Imported imported = import("sea-level", options);
    const int all = imported.snapshots[0].psi.max_wavenumber();
    const auto rows = explained_variances(imported.snapshots, {1, 2, 3, 5, 7, 11, 15, all},
                                          imported.fitted.length_m);
    for (std::size_t row = 1; row < rows.size(); ++row) {
      EXPECT_GE(rows[row].psi, rows[row - 1].psi);
      EXPECT_GE(rows[row].velocity, rows[row - 1].velocity);
      EXPECT_LE(rows[row].velocity, rows[row].psi + kFewRoundings);
    }
    EXPECT_LT(rows[0].velocity, 0.9);
    EXPECT_NEAR(rows.back().psi, 1, kFewRoundings);
    EXPECT_NEAR(rows.back().velocity_inside, 1, kFewRoundings);
  }
}

TEST_F(EddyTest, box_lies_untouched_on_a_torus_of_twice_its_side) {
  FieldImportOptions options = eddy_options();
  options.projection.edges = "extend";
  const Imported extended = import("sea-level", options);
  options.projection.edges = "taper";
  const Imported tapered = import("sea-level", options);
  EXPECT_EQ(extended.fitted.length_m, 2 * tapered.fitted.length_m);
  const SnapshotProjection& snapshot = extended.snapshots[0];
  const int n = snapshot.n;
  for (int i = 0; i <= n / 2; ++i) {
    for (int j = 0; j <= n / 2; ++j) {
      ASSERT_TRUE(snapshot.inside[i * n + j]);
      EXPECT_EQ(snapshot.after[i * n + j], snapshot.before[i * (n + 1) + j]);
    }
  }
}

TEST_F(EddyTest, what_the_earth_does_not_have_is_refused) {
  FieldImportOptions options = eddy_options();
  options.source.coordinates = "km";
  EXPECT_THROW(import("sea-level", options), Error);
  options.source.coordinates = "auto";
  options.source.units = "K";
  EXPECT_THROW(import("sea-level", options), Error);
  options.source.units = "";
  options.source.box = {-5, -39, 25, -31};  // the square about its centre leaves the field
  EXPECT_THROW(import("sea-level", options), Error);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
