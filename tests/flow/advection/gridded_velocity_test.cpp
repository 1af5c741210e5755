#include "flow/advection/gridded_velocity.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/support/analytic_flows.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using tests::kDay;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Uneven spacing, three frames.
GridAxes uneven_axes() {
  return {{0, 1, 3, 4}, {-1, 0, 2}, {0, 10, 30}};
}

template <class Function>
std::vector<double> on_grid(const GridAxes& axes, const Function& function) {
  std::vector<double> values;
  for (double t : axes.time)
    for (double y : axes.y)
      for (double x : axes.x) values.push_back(function(x, y, t));
  return values;
}

TEST(GriddedVelocity, a_field_linear_along_each_axis_is_given_back) {
  const auto u = [](double x, double y, double t) { return (1 + x) * (2 - y) * (3 + 0.1 * t); };
  const auto v = [](double x, double y, double t) { return x - 2 * y + t * x * y; };
  const GridAxes axes = uneven_axes();
  const GriddedVelocity velocity(axes, on_grid(axes, u), on_grid(axes, v),
                                 VelocityUnits::coordinates_per_time);
  for (double x : {0.0, 0.3, 1.0, 2.9, 4.0})
    for (double y : {-1.0, -0.4, 1.7, 2.0})
      for (double t : {0.0, 10.0, 12.5, 30.0}) {
        const Point at = velocity(x, y, t);
        EXPECT_NEAR(at[0], u(x, y, t), 1e-12 * 100);
        EXPECT_NEAR(at[1], v(x, y, t), 1e-12 * 100);
      }
}

TEST(GriddedVelocity, metres_per_second_become_degrees_per_second) {
  const Point degrees = degrees_per_second({1, 1}, 60);
  EXPECT_NEAR(degrees[0], 2.0 / (1852 * 60), 1e-18);
  EXPECT_NEAR(degrees[1], 1.0 / (1852 * 60), 1e-18);
  const GridAxes axes = {{0, 1}, {59, 61}, {0}};
  const std::vector<double> ones(4, 1.0);
  const GriddedVelocity velocity(axes, ones, ones, VelocityUnits::metres_per_second_on_degrees);
  EXPECT_EQ(velocity(0.5, 60, 0), degrees);
}

TEST(GriddedVelocity, missing_values_count_as_zero_and_outside_nothing_moves) {
  const GridAxes axes = {{0, 1}, {0, 1}, {0}};
  const std::vector<double> one_missing = {kNaN, 4, 4, 4};
  const GriddedVelocity velocity(axes, one_missing, one_missing,
                                 VelocityUnits::coordinates_per_time);
  EXPECT_DOUBLE_EQ(velocity(0.5, 0.5, 0)[0], 3);
  EXPECT_EQ(velocity(0, 0, 0), Point{});
  EXPECT_EQ(velocity(1.01, 0.5, 0), Point{});
  EXPECT_EQ(velocity(kNaN, 0.5, 0), Point{});
}

TEST(GriddedVelocity, one_frame_holds_always_and_several_only_within_their_times) {
  const std::vector<double> once(4, 1.0), thrice(12, 1.0);
  const GriddedVelocity steady({{0, 1}, {0, 1}, {5}}, once, once,
                               VelocityUnits::coordinates_per_time);
  EXPECT_EQ(steady(0.5, 0.5, 1e9)[0], 1);
  const GriddedVelocity moving({{0, 1}, {0, 1}, {0, 1, 2}}, thrice, thrice,
                               VelocityUnits::coordinates_per_time);
  EXPECT_EQ(moving(0.5, 0.5, 2 + 1e-12)[0], 1);
  EXPECT_THROW(moving(0.5, 0.5, 2.1), Error);
  EXPECT_THROW(moving(0.5, 0.5, kNaN), Error);
}

TEST(GriddedVelocity, refuses_axes_and_sizes_that_do_not_fit) {
  const std::vector<double> four(4, 0.0);
  const auto make = [&](GridAxes axes, const std::vector<double>& values) {
    return GriddedVelocity(std::move(axes), values, four, VelocityUnits::coordinates_per_time);
  };
  EXPECT_NO_THROW(make({{0, 1}, {0, 1}, {0}}, four));
  EXPECT_THROW(make({{1, 0}, {0, 1}, {0}}, four), Error);
  EXPECT_THROW(make({{0, 1}, {0}, {0}}, four), Error);
  EXPECT_THROW(make({{0, 1}, {0, 1}, {}}, four), Error);
  EXPECT_THROW(make({{0, 1}, {0, kNaN}, {0}}, four), Error);
  EXPECT_THROW(make({{0, 1}, {0, 1}, {0}}, {1, 2, 3}), Error);
}

/// Cellular flow on 33 x 33 points of the unit square.
GriddedStreamfunction cells() {
  GridAxes axes = {{}, {}, {0}};
  for (int i = 0; i <= 32; ++i) {
    axes.x.push_back(i / 32.0);
    axes.y.push_back(i / 32.0);
  }
  const auto psi = [](double x, double y, double) {
    return std::sin(std::numbers::pi * x) * std::sin(2 * std::numbers::pi * y);
  };
  const auto values = on_grid(axes, psi);
  return {std::move(axes), values};
}

TEST(GriddedStreamfunction, what_flows_into_a_box_flows_out_of_it) {
  const auto flow = cells();
  // Across many cells: the midpoint rule is exact on every piece, for the flux is constant there.
  const double low = 3 / 32.0, high = 20 / 32.0;
  double flux = 0, size = 0;
  for (int i = 3; i < 20; ++i) {
    const double middle = (i + 0.5) / 32;
    const double out = flow(high, middle, 0)[0] - flow(low, middle, 0)[0] +
                       flow(middle, high, 0)[1] - flow(middle, low, 0)[1];
    flux += out / 32;
    size += std::abs(flow(high, middle, 0)[0]) / 32;
  }
  EXPECT_GT(size, 0.1);
  EXPECT_NEAR(flux, 0, tests::kFewRoundings);
}

TEST(GriddedStreamfunction, a_drifter_stays_on_its_streamline) {
  const auto flow = cells();
  std::vector<double> times;
  for (int i = 0; i <= 30; ++i) times.push_back(0.1 * i);
  const Point start = {0.3, 0.2};
  const auto path =
      advect(flow, start, times, {.scheme = AdvectionScheme::dormand_prince, .tolerance = 1e-11});
  double farthest = 0;
  for (const Point& at : path) {
    EXPECT_NEAR(flow.psi(at[0], at[1], 0), flow.psi(start[0], start[1], 0), tests::kKinkedPsi);
    farthest = std::max(farthest, std::hypot(at[0] - start[0], at[1] - start[1]));
  }
  EXPECT_GT(farthest, 0.3);
}

TEST(GriddedStreamfunction, one_linear_along_each_axis_has_its_slopes_on_any_grid) {
  const auto psi = [](double x, double y, double t) { return 2 * x - 3 * y + x * y + t * x; };
  const GridAxes axes = uneven_axes();
  const GriddedStreamfunction flow(axes, on_grid(axes, psi));
  for (double x : {0.3, 1.5, 3.9})
    for (double y : {-0.4, 1.7})
      for (double t : {0.0, 12.5}) {
        EXPECT_NEAR(flow.psi(x, y, t), psi(x, y, t), tests::kFewRoundings * 100);
        EXPECT_NEAR(flow(x, y, t)[0], 3 - x, tests::kFewRoundings * 100);
        EXPECT_NEAR(flow(x, y, t)[1], 2 + y + t, tests::kFewRoundings * 100);
      }
}

TEST(GriddedStreamfunction, outside_the_grid_nothing_moves) {
  EXPECT_EQ(cells()(2, 0.5, 0), Point{});
}

TEST(GriddedStreamfunction, cells_with_a_missing_corner_stand_still) {
  const GriddedStreamfunction flow({{0, 1, 2}, {0, 1}, {0}}, {kNaN, 1, 3, 0, 1, 3});
  EXPECT_EQ(flow(0.5, 0.5, 0), Point{});
  EXPECT_TRUE(std::isnan(flow.psi(0.5, 0.5, 0)));
  EXPECT_EQ(flow(1.5, 0.5, 0), (Point{0, 2}));
  EXPECT_TRUE(std::isnan(flow.psi(5, 0.5, 0)));
}

/// Parcels' two moving eddies: heights on 200 x 350 points at eight days, velocities by one-sided
/// differences (with a sign opposite to geostrophy's), the last row and column copied.
GriddedVelocity moving_eddies() {
  constexpr std::size_t nx = 200, ny = 350, n_days = 8;
  constexpr double kOver = 10 / 1e-4;  // g / f
  GridAxes axes;
  for (std::size_t i = 0; i < nx; ++i) axes.x.push_back(4e5 * static_cast<double>(i) / (nx - 1));
  for (std::size_t j = 0; j < ny; ++j) axes.y.push_back(7e5 * static_cast<double>(j) / (ny - 1));
  for (std::size_t n = 0; n < n_days; ++n) axes.time.push_back(kDay * static_cast<double>(n));
  const double dx = axes.x[1], dy = axes.y[1], moved = 0.1 * kDay;
  const auto height = [&](double i, double j, double day) {
    const double ic = 0.75 * nx - moved / dx * day, first = ny / 7.0;
    const double second = 3 * ny / 7.0 + moved / dy * day;
    const double across = std::pow((i - ic) / (nx / 8.0), 2);
    return std::exp(-across - std::pow((j - first) / (ny / 14.0), 2)) +
           std::exp(-across - std::pow((j - second) / (ny / 14.0), 2));
  };
  std::vector<double> u, v;
  for (std::size_t n = 0; n < n_days; ++n)
    for (std::size_t j = 0; j < ny; ++j)
      for (std::size_t i = 0; i < nx; ++i) {
        const auto day = static_cast<double>(n);
        const auto x = static_cast<double>(i), y = static_cast<double>(j);
        const auto west = static_cast<double>(std::min(i, nx - 2));
        const auto south = static_cast<double>(std::min(j, ny - 2));
        u.push_back(kOver * (height(x, south + 1, day) - height(x, south, day)) / dy);
        v.push_back(-kOver * (height(west + 1, y, day) - height(west, y, day)) / dx);
      }
  return {axes, u, v, VelocityUnits::coordinates_per_time};
}

TEST(MovingEddies, drifters_are_carried_as_printed) {
  const auto eddies = moving_eddies();
  const std::array<double, 2> week = {0, 7 * kDay};
  const auto expect_end = [&](Point start, double step, Point printed) {
    const Point end = advect(eddies, start, week, {.step = step}).back();
    EXPECT_NEAR(end[0], printed[0], 0.5);
    EXPECT_NEAR(end[1], printed[1], 0.5);
  };
  expect_end({3.3e5, 1e5}, 3600, {217892, 119323});
  expect_end({3.3e5, 2.8e5}, 3600, {210365, 376966});
  expect_end({3.3e5, 1e5}, 900, {217838, 119254});
  expect_end({3.3e5, 2.8e5}, 900, {210301, 376812});
}

TEST(MovingEddies, a_day_forward_and_back_ends_at_the_start) {
  const auto eddies = moving_eddies();
  const std::array<double, 2> out = {0, kDay}, home = {kDay, 0};
  for (const Point start : {Point{3.3e5, 1e5}, Point{3.3e5, 2.8e5}}) {
    const Point end = advect(eddies, start, out, {.step = 300}).back();
    const Point back = advect(eddies, end, home, {.step = 300}).back();
    EXPECT_NEAR(back[0], start[0], 1e-5 * start[0]);
    EXPECT_NEAR(back[1], start[1], 1e-5 * start[1]);
  }
}

}  // namespace
}  // namespace lagoon::flow
