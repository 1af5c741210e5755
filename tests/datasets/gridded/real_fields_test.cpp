#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "datasets/gridded/gridded_field.hpp"
#include "flow/advection/gridded_velocity.hpp"
#include "tests/support/analytic_flows.hpp"
#include "tests/support/files.hpp"

// Fields of altimetry and of other programs, read by our reader and integrated to the ends that an
// independent program printed.
namespace lagoon::datasets {
namespace {

using flow::AdvectionScheme;
using flow::Point;
using flow::VelocityUnits;
using lagoon::tests::kDay;
using lagoon::tests::real_data;

class RealFields : public ::testing::Test {
 protected:
  void SetUp() override {
    if (real_data().empty()) GTEST_SKIP() << "LAGOON_DATA names no folder of data";
  }
};

flow::GriddedVelocity velocity_of(const GriddedField& u, const GriddedField& v,
                                  VelocityUnits units) {
  return {{u.x, u.y, u.time}, u.values, v.values, units};
}

std::size_t count_missing(const GriddedField& field) {
  const auto is_nan = [](double value) { return std::isnan(value); };
  return static_cast<std::size_t>(std::count_if(field.values.begin(), field.values.end(), is_nan));
}

TEST_F(RealFields, globcurrent_carries_a_drifter_as_printed) {
  const auto folder = real_data("globcurrent_agulhas");
  const auto u = read_gridded_field(folder, {"eastward_eulerian_current_velocity", "", "", ""});
  const auto v = read_gridded_field(folder, {"northward_eulerian_current_velocity", "", "", ""});
  ASSERT_EQ(u.n_times(), 60U);
  EXPECT_EQ(u.time[0], 1009843200);  // 2002-01-01
  EXPECT_TRUE(u.geographic);
  EXPECT_EQ(count_missing(u), 60U * 769U);
  const auto velocity = velocity_of(u, v, VelocityUnits::metres_per_second_on_degrees);
  const std::array<double, 3> times = {u.time[0], u.time[0] + kDay, u.time[0] + 7 * kDay};
  const auto path = flow::advect(velocity, {25, -35}, times, {.step = 300});
  EXPECT_NEAR(path[1][0], 23.810037, 1e-6);
  EXPECT_NEAR(path[1][1], -35.358125, 1e-6);
  EXPECT_NEAR(path[2][0], 18.995689, 1e-6);
  EXPECT_NEAR(path[2][1], -39.092850, 1e-6);
}

TEST_F(RealFields, aviso_carries_a_drifter_as_printed) {
  const auto file = real_data("altimetry_agulhas/Ocean_geostrophic_velocity.jld2");
  const auto read = [&](const std::string& name) {
    return read_gridded_field(file, {name, "-12:0.25:165", "-45:0.25:105", "733010:7:14"});
  };
  const auto velocity = velocity_of(read("UT"), read("VT"), VelocityUnits::coordinates_per_time);
  const std::array<double, 2> days = {733010, 733100};
  const Point fine = flow::advect(velocity, {2, -32}, days, {.step = 0.01}).back();
  EXPECT_NEAR(fine[0], -0.5363, 1e-4);
  EXPECT_NEAR(fine[1], -30.9551, 1e-4);
  const Point coarse = flow::advect(velocity, {2, -32}, days, {.step = 0.05}).back();
  EXPECT_NEAR(coarse[0], -0.5361, 1e-4);
  EXPECT_NEAR(coarse[1], -30.9552, 1e-4);
}

TEST_F(RealFields, sea_level_anomaly_lies_the_other_way_round_and_is_missing_on_land) {
  const auto sla = read_gridded_field(real_data("altimetry_sla_global/slasnapshot.mat"),
                                      {"slasnapshot/sla", "", "", ""});
  EXPECT_EQ(sla.n_x(), 1440U);
  EXPECT_EQ(sla.n_y(), 720U);
  EXPECT_EQ(sla.x.front(), -179.875);
  EXPECT_EQ(sla.y.back(), 89.875);
  EXPECT_TRUE(sla.geographic);
  EXPECT_NEAR(static_cast<double>(count_missing(sla)) / (1440 * 720), 0.424, 5e-4);
  // South of 80 degrees there is no sea; along the equator in the Pacific there is.
  EXPECT_TRUE(std::isnan(sla.values[10 * 1440 + 700]));
  EXPECT_FALSE(std::isnan(sla.values[360 * 1440 + 100]));
}

TEST_F(RealFields, the_gridded_eddy_follows_its_formula) {
  const auto folder = real_data("parcels_reference");
  const auto u = read_gridded_field(folder / "decaying_moving_eddyU.nc", {"vozocrtx", "", "", ""});
  const auto v = read_gridded_field(folder / "decaying_moving_eddyV.nc", {"vomecrty", "", "", ""});
  EXPECT_EQ(u.time.back(), 172500);
  EXPECT_FALSE(u.geographic);
  const auto velocity = velocity_of(u, v, VelocityUnits::coordinates_per_time);
  const std::array<double, 2> times = {0, kDay};
  const Point end = flow::advect(velocity, {10000, 10000}, times, {.step = 300}).back();
  // Frames every five minutes, linear between them: f^2 dt^2 / 12 of the eddy's 2.6 km, and the
  // file's single precision.
  const Point exact = lagoon::tests::decaying_moving_eddy().path({10000, 10000}, kDay);
  EXPECT_NEAR(end[0], exact[0], 0.5);
  EXPECT_NEAR(end[1], exact[1], 0.5);
}

/// Parcels' figure for a path past the peninsula: psi changes by at most 1e-3 in its unit, which is
/// a thousand m2/s.
constexpr double kPeninsulaPsi = 1;

/// The fifth of the case's drifters, from 47 km, leaves the file's grid.
constexpr std::array<Point, 4> kPeninsulaStarts = {
    {{3000, 3000}, {3000, 14000}, {3000, 25000}, {3000, 36000}}};
constexpr std::array<Point, 4> kPeninsulaEnds = {{{75938.3617, 4216.9882},
                                                  {91627.3564, 14410.9170},
                                                  {94785.4837, 25183.8076},
                                                  {94904.6907, 36155.4436}}};

flow::GriddedStreamfunction peninsula_psi() {
  auto psi = read_gridded_field(real_data("parcels_reference/peninsulaP.nc"), {"P", "", "", ""});
  for (double& value : psi.values) value *= 1000;
  return {{psi.x, psi.y, psi.time}, psi.values};
}

TEST_F(RealFields, the_gridded_peninsula_is_passed_within_parcels_figure) {
  const auto folder = real_data("parcels_reference");
  const auto u = read_gridded_field(folder / "peninsulaU.nc", {"vozocrtx", "", "", ""});
  const auto v = read_gridded_field(folder / "peninsulaV.nc", {"vomecrty", "", "", ""});
  const auto velocity = velocity_of(u, v, VelocityUnits::coordinates_per_time);
  const auto psi = peninsula_psi();
  const lagoon::tests::Peninsula exact;
  const std::array<double, 2> times = {0, kDay};
  for (std::size_t i = 0; i < kPeninsulaStarts.size(); ++i) {
    const Point start = kPeninsulaStarts[i];
    const Point end = flow::advect(velocity, start, times, {.step = 300}).back();
    EXPECT_NEAR(psi.psi(end[0], end[1], 0), psi.psi(start[0], start[1], 0), kPeninsulaPsi) << i;
    EXPECT_NEAR(exact.psi(end[0], end[1]), exact.psi(start[0], start[1]), kPeninsulaPsi) << i;
    // Interpolation between points 1 km apart, over a path of some 90 km.
    EXPECT_NEAR(end[0], kPeninsulaEnds[i][0], 2) << i;
    EXPECT_NEAR(end[1], kPeninsulaEnds[i][1], 2) << i;
  }
}

TEST_F(RealFields, the_gridded_streamfunction_of_the_peninsula_is_kept) {
  const auto psi = peninsula_psi();
  const std::array<double, 3> times = {0, kDay / 2, kDay};
  for (const Point start : kPeninsulaStarts) {
    const auto path = flow::advect(psi, start, times, {.step = 30});
    EXPECT_GT(path[2][0], 75000);
    for (const Point& at : path)
      EXPECT_NEAR(psi.psi(at[0], at[1], 0), psi.psi(start[0], start[1], 0), kPeninsulaPsi);
  }
}

}  // namespace
}  // namespace lagoon::datasets
