#include <array>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "flow/advection/advect.hpp"
#include "tests/support/analytic_flows.hpp"

// Flows whose paths have no closed form: ends that an independent program computed and printed.
namespace lagoon::flow {
namespace {

using tests::kDay;

Point end_of(const VelocityFunction& velocity, Point start, double duration, double step) {
  const std::array<double, 2> times = {0, duration};
  return advect(velocity, start, times, {.step = step}).back();
}

Point converged_end(const VelocityFunction& velocity, Point start, double duration) {
  const std::array<double, 2> times = {0, duration};
  return advect(velocity, start, times,
                {.scheme = AdvectionScheme::dormand_prince, .tolerance = 1e-13})
      .back();
}

void expect_end(Point end, Point printed, double digit) {
  EXPECT_NEAR(end[0], printed[0], digit);
  EXPECT_NEAR(end[1], printed[1], digit);
}

TEST(DoubleGyre, ends_as_printed) {
  const tests::DoubleGyre gyre;
  expect_end(converged_end(gyre, {0.9, 0.5}, 10), {0.23810061, 0.69667937}, 1e-8);
  expect_end(end_of(gyre, {0.9, 0.5}, 10, 0.1), {0.23810067, 0.69667873}, 1e-8);
  const tests::DoubleGyre ten = {.omega = 2 * std::numbers::pi / 10};
  expect_end(converged_end(ten, {1, 0.25}, 15), {0.84982044, 0.62832062}, 1e-8);
}

TEST(RotatingDoubleGyre, velocity_is_minus_psi_y_and_psi_x) {
  const auto end = converged_end(tests::RotatingDoubleGyre(), {0.25, 0.4}, 1);
  expect_end(end, {0.58274162, 0.21399164}, 1e-8);
  const auto opposite = converged_end(tests::RotatingDoubleGyre{.sign = -1}, {0.25, 0.4}, 1);
  expect_end(opposite, {0.41251453, 0.22827435}, 1e-8);
}

TEST(BickleyJet, ends_as_printed_at_two_steps) {
  const tests::BickleyJet jet;
  expect_end(end_of(jet, {5, 0.5}, 40 * kDay, 900), {60.15786, 1.80078}, 1e-5);
  expect_end(end_of(jet, {5, 0.5}, 40 * kDay, 3600), {60.16090, 1.79837}, 1e-5);
}

}  // namespace
}  // namespace lagoon::flow
