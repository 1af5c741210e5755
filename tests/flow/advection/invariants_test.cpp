#include <array>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "flow/advection/advect.hpp"
#include "tests/support/analytic_flows.hpp"
#include "tests/support/tolerances.hpp"

// What a path must keep: psi in a steady flow, the turning pair's own psi, circulation's sense.
namespace lagoon::flow {
namespace {

using tests::kDay;

std::vector<Point> follow(const VelocityFunction& velocity, Point start, double duration,
                          double step, int n_times = 1) {
  std::vector<double> times;
  for (int i = 0; i <= n_times; ++i) times.push_back(duration * i / n_times);
  return advect(velocity, start, times, {.step = step});
}

/// The largest departure of psi along the path, relative to psi at its start.
template <class Flow>
double largest_change_of_psi(const Flow& flow, const std::vector<Point>& path) {
  const double first = flow.psi(path[0][0], path[0][1]);
  double largest = 0;
  for (const Point& at : path)
    largest = std::max(largest, std::abs(flow.psi(at[0], at[1]) - first) / std::abs(first));
  return largest;
}

TEST(Peninsula, drifters_pass_it_on_their_streamlines) {
  const std::array<Point, 5> ends = {{{75938.3617, 4216.9882},
                                      {91627.3564, 14410.9170},
                                      {94785.4837, 25183.8076},
                                      {94904.6907, 36155.4436},
                                      {94172.2484, 47168.1148}}};
  const tests::Peninsula peninsula;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const auto path =
        follow(peninsula, {3000, 3000 + 11000.0 * static_cast<double>(i)}, kDay, 300, 288);
    EXPECT_NEAR(path.back()[0], ends[i][0], 1e-4) << i;
    EXPECT_NEAR(path.back()[1], ends[i][1], 1e-4) << i;
    EXPECT_LT(largest_change_of_psi(peninsula, path), tests::kPathEnd) << i;
  }
}

TEST(StommelGyre, psi_is_kept_through_the_western_current) {
  const tests::StommelGyre gyre;
  const std::array<Point, 2> starts = {{{10e3, 5e6}, {100e3, 5e6}}};
  const std::array<Point, 2> ends = {{{12758.391, 7021420.039}, {102009.701, 5347384.979}}};
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const auto day = follow(gyre, starts[i], kDay, 1800);
    EXPECT_NEAR(day.back()[0], ends[i][0], 1e-3);
    EXPECT_NEAR(day.back()[1], ends[i][1], 1e-3);
    EXPECT_LT(largest_change_of_psi(gyre, day), 1e-9);
    EXPECT_LT(largest_change_of_psi(gyre, follow(gyre, starts[i], 600 * kDay, 3600, 600)), 1e-8);
  }
}

TEST(VortexPair, vortices_keep_their_distance_and_return_after_four_pi) {
  // Each is moved by the other, which lies opposite.
  const auto by_the_other = [](double x, double y, double) {
    const double r2 = x * x + y * y;
    return Point{-y / (2 * r2), x / (2 * r2)};
  };
  const auto path = follow(by_the_other, {1, 0}, 4 * std::numbers::pi, 0.01, 100);
  const tests::VortexPair pair;
  for (std::size_t i = 0; i < path.size(); ++i) {
    // The Hamiltonian is a function of the distance, the angular impulse of its square.
    EXPECT_NEAR(std::hypot(path[i][0], path[i][1]), 1, tests::kConservedPsi);
    const Point exact = pair.vortex(4 * std::numbers::pi * static_cast<double>(i) / 100);
    EXPECT_NEAR(path[i][0], exact[0], tests::kConservedPsi);
    EXPECT_NEAR(path[i][1], exact[1], tests::kConservedPsi);
  }
}

TEST(VortexPair, a_drifter_keeps_psi_of_the_turning_frame) {
  const tests::VortexPair pair;
  for (const Point start : {Point{0, 0.3}, Point{0.2, std::sqrt(3.0)}, Point{2.5, 0}}) {
    const auto path = follow(pair, start, 40, 0.001, 400);
    for (std::size_t i = 0; i < path.size(); ++i)
      ASSERT_NEAR(pair.invariant(path[i], 0.1 * static_cast<double>(i)), pair.invariant(start, 0),
                  tests::kConservedPsi);
  }
}

/// Velocity in the frame that turns with the pair, at the moment when the vortices are at (+-1, 0).
Point relative_velocity(double x, double y) {
  const Point velocity = tests::VortexPair()(x, y, 0);
  return {velocity[0] + tests::VortexPair::kRate * y, velocity[1] - tests::VortexPair::kRate * x};
}

/// Eigenvalue squared of the relative velocity's gradient (of trace 0): above 0 at a saddle.
double eigenvalue_squared(double x, double y) {
  const double h = tests::kDifferenceStep;
  const Point east = relative_velocity(x + h, y), west = relative_velocity(x - h, y);
  const Point north = relative_velocity(x, y + h), south = relative_velocity(x, y - h);
  const double a = (east[0] - west[0]) / (2 * h), b = (north[0] - south[0]) / (2 * h);
  const double c = (east[1] - west[1]) / (2 * h), d = (north[1] - south[1]) / (2 * h);
  return -(a * d - b * c);
}

TEST(VortexPair, five_points_stand_still_in_the_turning_frame) {
  const double s3 = std::sqrt(3.0), s5 = std::sqrt(5.0);
  for (const Point at : {Point{0, 0}, Point{0, s3}, Point{0, -s3}, Point{s5, 0}, Point{-s5, 0}}) {
    const Point velocity = relative_velocity(at[0], at[1]);
    EXPECT_NEAR(velocity[0], 0, tests::kFewRoundings);
    EXPECT_NEAR(velocity[1], 0, tests::kFewRoundings);
  }
  EXPECT_NEAR(eigenvalue_squared(0, 0), 3.75, tests::kDifferenceError);
  EXPECT_GT(eigenvalue_squared(s5, 0), 0.1);
  EXPECT_GT(eigenvalue_squared(-s5, 0), 0.1);
  EXPECT_LT(eigenvalue_squared(0, s3), -0.1);
  EXPECT_LT(eigenvalue_squared(0, -s3), -0.1);
}

}  // namespace
}  // namespace lagoon::flow
