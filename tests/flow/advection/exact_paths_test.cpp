#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include <gtest/gtest.h>

#include "flow/advection/advect.hpp"
#include "flow/error.hpp"
#include "tests/support/analytic_flows.hpp"
#include "tests/support/tolerances.hpp"

// Flows whose paths are known in closed form: the ends that the source prints, and every scheme's.
namespace lagoon::flow {
namespace {

using tests::kDay;

constexpr double kHour = 3600, kMinute = 60;

struct PathCase {
  std::string name;
  VelocityFunction velocity;
  std::function<Point(Point, double)> path;
  Point start;
  double duration, step;
  Point printed_end;  ///< as the source of the case gives it
};

template <class Flow>
PathCase make_case(std::string name, const Flow& flow, Point start, double duration, double step,
                   Point end) {
  const auto path = [flow](Point from, double t) { return flow.path(from, t); };
  return {std::move(name), flow, path, start, duration, step, end};
}

std::vector<PathCase> path_cases() {
  const auto decaying = tests::decaying_moving_eddy();
  const Point a = {12000, 12500}, b = {10000, 10000};
  return {
      make_case("stationary", tests::stationary_eddy(), a, 6 * kHour, 3 * kMinute,
                {14494.150382, 7832.902561}),
      make_case("moving_6h", tests::moving_eddy(), a, 6 * kHour, 3 * kMinute,
                {15025.596998, 8455.182220}),
      make_case("moving_1h", tests::moving_eddy(), a, kHour, 3 * kMinute,
                {13059.913007, 12333.331742}),
      make_case("decaying_6h", decaying, a, 6 * kHour, 3 * kMinute, {14996.509207, 8660.466582}),
      make_case("decaying_23h", decaying, b, 23 * kHour, 5 * kMinute, {15089.166133, 6702.141211}),
      make_case("decaying_1d", decaying, b, kDay, 5 * kMinute, {14850.722469, 6156.698710}),
      make_case("decaying_2d", decaying, b, 2 * kDay, 5 * kMinute, {15482.795689, 7353.737781}),
      make_case("rotation", tests::SolidRotation(), {30, 50}, 17 * kHour, 5 * kMinute,
                {10.681483474, 24.823619098}),
  };
}

double distance(Point a, Point b) {
  return std::hypot(a[0] - b[0], a[1] - b[1]);
}

double path_length(const PathCase& c) {
  constexpr int kPieces = 10000;
  double length = 0;
  for (int i = 0; i < kPieces; ++i)
    length += distance(c.path(c.start, c.duration * i / kPieces),
                       c.path(c.start, c.duration * (i + 1) / kPieces));
  return length;
}

Point end_of(const PathCase& c, const AdvectionOptions& options) {
  const std::array<double, 2> times = {0, c.duration};
  return advect(c.velocity, c.start, times, options).back();
}

TEST(ExactPaths, closed_forms_end_where_the_source_prints) {
  for (const PathCase& c : path_cases()) {
    const double digit = c.name == "rotation" ? 1e-9 : 1e-6;
    const Point end = c.path(c.start, c.duration);
    EXPECT_NEAR(end[0], c.printed_end[0], digit) << c.name;
    EXPECT_NEAR(end[1], c.printed_end[1], digit) << c.name;
  }
}

TEST(ExactPaths, runge_kutta4_ends_within_a_millionth_of_the_path) {
  for (const PathCase& c : path_cases()) {
    const Point end = end_of(c, {.scheme = AdvectionScheme::runge_kutta4, .step = c.step});
    EXPECT_LT(distance(end, c.path(c.start, c.duration)), tests::kPathEnd * path_length(c))
        << c.name;
  }
}

TEST(ExactPaths, dormand_prince_ends_within_a_millionth_of_the_path) {
  for (const PathCase& c : path_cases()) {
    const Point end = end_of(c, {.scheme = AdvectionScheme::dormand_prince, .tolerance = 1e-12});
    EXPECT_LT(distance(end, c.path(c.start, c.duration)), tests::kPathEnd * path_length(c))
        << c.name;
  }
}

TEST(ExactPaths, dense_output_gives_every_requested_time) {
  const auto eddy = tests::decaying_moving_eddy();
  std::vector<double> times;
  for (int i = 0; i <= 100; ++i) times.push_back(2 * kDay * i / 100);
  const Point start = {10000, 10000};
  const auto path =
      advect(eddy, start, times, {.scheme = AdvectionScheme::dormand_prince, .tolerance = 1e-11});
  ASSERT_EQ(path.size(), times.size());
  EXPECT_EQ(path[0], start);
  for (std::size_t i = 0; i < times.size(); ++i)
    EXPECT_LT(distance(path[i], eddy.path(start, times[i])), 1e-6 * eddy.speed * 2 * kDay) << i;
}

TEST(ExactPaths, there_and_back_ends_at_the_start) {
  for (const PathCase& c : path_cases()) {
    const std::array<double, 3> out = {0, c.duration / 3, c.duration};
    const std::array<double, 3> home = {c.duration, c.duration / 2, 0};
    for (const auto scheme : {AdvectionScheme::runge_kutta4, AdvectionScheme::dormand_prince}) {
      const AdvectionOptions options = {.scheme = scheme, .step = c.step, .tolerance = 1e-12};
      const Point end = advect(c.velocity, c.start, out, options).back();
      const Point back = advect(c.velocity, end, home, options).back();
      EXPECT_LT(distance(back, c.start), tests::kPathEnd * path_length(c)) << c.name;
    }
  }
}

TEST(ExactPaths, a_step_that_does_not_divide_the_interval_is_shortened) {
  const auto eddy = tests::moving_eddy();
  const std::array<double, 2> times = {0, 1000};
  const AdvectionOptions whole = {.step = 250}, odd = {.step = 299};
  EXPECT_EQ(advect(eddy, {0, 0}, times, whole), advect(eddy, {0, 0}, times, odd));
}

TEST(Advect, refuses_what_it_cannot_do) {
  const auto eddy = tests::moving_eddy();
  const std::array<double, 3> turning = {0, 2, 1};
  const std::array<double, 2> times = {0, 1};
  EXPECT_THROW(advect(eddy, {0, 0}, turning, {.step = 1}), Error);
  EXPECT_THROW(advect(eddy, {0, 0}, times, {.step = 0}), Error);
  EXPECT_THROW(
      advect(eddy, {0, 0}, times, {.scheme = AdvectionScheme::dormand_prince, .tolerance = 0}),
      Error);
  const auto broken = [](double, double, double) { return Point{std::nan(""), 0}; };
  EXPECT_THROW(advect(broken, {0, 0}, times, {.step = 1}), Error);
  EXPECT_EQ(advect(eddy, {1, 2}, std::array<double, 1>{0}, {.step = 1}).size(), 1U);
}

}  // namespace
}  // namespace lagoon::flow
