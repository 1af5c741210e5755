// Fields of known answer, from the file to the law.
#include <cmath>
#include <complex>

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

// A periodic streamfunction of waves |k|, |l| <= 3 that travel, on 32 x 32 points of 10 km.

constexpr int kGrid = 32;
constexpr double kSide = 320e3;

double travelling_psi(double x, double y, double seconds) {
  const double X = x / 320, Y = y / 320, days = seconds / datasets::kSecondsPerDay;
  double sum = 0;
  for (int k = 0; k <= 3; ++k) {
    for (int l = k == 0 ? 1 : -3; l <= 3; ++l) {
      sum += 2e4 / (k * k + l * l) *
             std::cos(flow::kTwoPi * (k * X + l * Y) + k - 2 * l - 0.1 * l * days);
    }
  }
  return sum;
}

class PeriodicFieldTest : public FieldsTest {
 protected:
  PeriodicFieldTest() {
    const Axis time =
        even_axis(0, datasets::kSecondsPerDay, 12, "seconds since 2002-01-01 00:00:00");
    const Axis axis = even_axis(0, 10, kGrid, "km");
    write_field(path("field.nc"), time, axis, axis,
                {made_variable("psi", "m2 s-1", time, axis, axis, travelling_psi),
                 made_variable("q", "s-1", time, axis, axis, vorticity),
                 made_variable("u", "m s-1", time, axis, axis, velocity_x),
                 made_variable("v", "cm s-1", time, axis, axis, velocity_y)});
  }

  static FieldImportOptions periodic_options(const std::string& variable) {
    FieldImportOptions options = options_for(variable);
    options.source.coordinates = "km";
    options.projection.edges = "none";
    return options;
  }

  static constexpr double kRadius = 40;  // km

  // laplacian psi - psi / radius^2, wave by wave, by second differences of a Fourier sum: exact
  // through (2 pi k / side)^2.
  static double vorticity(double x, double y, double seconds) {
    const double days = seconds / datasets::kSecondsPerDay;
    double sum = 0;
    for (int k = 0; k <= 3; ++k) {
      for (int l = k == 0 ? 1 : -3; l <= 3; ++l) {
        const double squared = std::pow(flow::kTwoPi / kSide, 2) * (k * k + l * l);
        sum -= (squared + 1 / (kRadius * kRadius * 1e6)) * 2e4 / (k * k + l * l) *
               std::cos(flow::kTwoPi * (k * x + l * y) / 320 + k - 2 * l - 0.1 * l * days);
      }
    }
    return sum;
  }

  template <class Factor>
  static double slope(double x, double y, double seconds, Factor&& factor) {
    const double days = seconds / datasets::kSecondsPerDay;
    double sum = 0;
    for (int k = 0; k <= 3; ++k) {
      for (int l = k == 0 ? 1 : -3; l <= 3; ++l) {
        sum -= factor(k, l) * flow::kTwoPi / kSide * 2e4 / (k * k + l * l) *
               std::sin(flow::kTwoPi * (k * x + l * y) / 320 + k - 2 * l - 0.1 * l * days);
      }
    }
    return sum;
  }
  static double velocity_x(double x, double y, double seconds) {
    return 0.25 - slope(x, y, seconds, [](int, int l) { return l; });
  }
  // In cm/s: each component has units of its own.
  static double velocity_y(double x, double y, double seconds) {
    return 100 * (-0.125 + slope(x, y, seconds, [](int k, int) { return k; }));
  }

  // The fitted flow of snapshot s, in m^2/s, at a time in days after it.
  static double fitted_psi(const Imported& imported, std::size_t s, double x_km, double y_km,
                           double days) {
    const auto& [law, psi_hat, length, time_s] =
        std::tie(imported.fitted.law, imported.fitted.psi_hat, imported.fitted.length_m,
                 imported.fitted.time_s);
    const std::span<const Complex> flow(psi_hat.data() + s * law.n_modes(), law.n_modes());
    return length * length / time_s *
           flow::psi_at({law.modes, flow, law.omega}, x_km * 1000 / length, y_km * 1000 / length,
                        days * datasets::kSecondsPerDay / time_s);
  }

  static void expect_field(const Imported& imported, double tolerance) {
    for (std::size_t s = 0; s < 12; s += 5) {
      for (double x = 3; x < 320; x += 71) {
        EXPECT_NEAR(fitted_psi(imported, s, x, 0.7 * x, 0),
                    travelling_psi(x, 0.7 * x, static_cast<double>(s) * datasets::kSecondsPerDay),
                    tolerance * 2e4);
      }
    }
  }
};

TEST_F(PeriodicFieldTest, band_limited_field_comes_back) {
  const Imported imported = import("streamfunction", periodic_options("psi"));
  EXPECT_NEAR(imported.fitted.length_m, kSide, kRoundingRelative * kSide);
  expect_field(imported, kBandLimited);
}

TEST_F(PeriodicFieldTest, potential_vorticity_gives_the_same_field) {
  FieldImportOptions options = periodic_options("q");
  options.projection.deformation_radius = kRadius;
  expect_field(import("potential-vorticity", options), kBandLimited);
  options.projection.deformation_radius = 2 * kRadius;
  const Imported other = import("potential-vorticity", options);
  EXPECT_GT(std::abs(fitted_psi(other, 0, 30, 70, 0) - travelling_psi(30, 70, 0)), 1e3);
}

TEST_F(PeriodicFieldTest, velocity_gives_the_same_field_and_its_mean_flow) {
  FieldImportOptions options = periodic_options("");
  options.source.variable_x = "u";
  options.source.variable_y = "v";
  const Imported imported = import("velocity", options);
  expect_field(imported, kBandLimited);
  EXPECT_NEAR(imported.fitted.mean_velocity[0], 0.25, kBandLimited);
  EXPECT_NEAR(imported.fitted.mean_velocity[1], -0.125, kBandLimited);
  const flow::Law& law = imported.fitted.law;
  EXPECT_NEAR(law.mean_velocity[0], 0.25 * imported.fitted.time_s / kSide, kBandLimited);
  EXPECT_LT(imported.snapshots[0].unexplained, kBandLimited);
}

TEST_F(PeriodicFieldTest, fitted_frequencies_carry_a_snapshot_to_the_next_ones) {
  FieldImportOptions options = periodic_options("psi");
  const Imported imported = import("streamfunction", options);
  ASSERT_FALSE(imported.fitted.steady);
  for (const double rate : imported.fitted.rates.damping) EXPECT_NEAR(rate, 0, 1e-9);
  for (double x = 3; x < 320; x += 71) {
    EXPECT_NEAR(fitted_psi(imported, 0, x, 0.7 * x, 7),
                travelling_psi(x, 0.7 * x, 7 * datasets::kSecondsPerDay), 1e-8 * 2e4);
  }
  options.frequencies = "steady";
  const Imported steady = import("streamfunction", options);
  EXPECT_TRUE(steady.fitted.steady);
  EXPECT_GT(std::abs(fitted_psi(steady, 0, 30, 70, 7) -
                     travelling_psi(30, 70, 7 * datasets::kSecondsPerDay)),
            100);
}

TEST_F(PeriodicFieldTest, prior_is_that_of_the_waves) {
  const Imported imported = import("streamfunction", periodic_options("psi"));
  EXPECT_NEAR(imported.fitted.prior.exponent, 2, kDeformationSearchRelative);
}

TEST_F(PeriodicFieldTest, uneven_snapshots_have_no_frequencies) {
  FieldImportOptions options = periodic_options("psi");
  options.frequencies = "fit";
  options.source.snapshots = "3:1:1";
  EXPECT_THROW(import("streamfunction", options), Error);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
