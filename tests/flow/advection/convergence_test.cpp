#include "tests/support/convergence.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "flow/advection/advect.hpp"
#include "tests/support/analytic_flows.hpp"
#include "tests/support/tolerances.hpp"

// Euler has order 1, the midpoint scheme 2 and the classical scheme 4, on every analytic flow.
namespace lagoon::flow {
namespace {

using tests::kDay;

struct OrderCase {
  std::string name;
  VelocityFunction velocity;
  Point start;
  double duration;
  int steps;  ///< the coarsest number of steps, for the classical scheme
};

std::vector<OrderCase> order_cases() {
  return {
      {"stationary_eddy", tests::stationary_eddy(), {12000, 12500}, 21600, 4},
      {"moving_eddy", tests::moving_eddy(), {12000, 12500}, 21600, 4},
      {"decaying_moving_eddy", tests::decaying_moving_eddy(), {10000, 10000}, kDay, 16},
      {"solid_rotation", tests::SolidRotation(), {30, 50}, 61200, 16},
      {"peninsula", tests::Peninsula(), {3000, 3000}, kDay, 256},
      {"stommel_gyre", tests::StommelGyre(), {100e3, 5e6}, 30 * kDay, 256},
      {"double_gyre", tests::DoubleGyre(), {0.9, 0.5}, 10, 32},
      {"rotating_double_gyre", tests::RotatingDoubleGyre(), {0.25, 0.4}, 1, 128},
      {"bickley_jet", tests::BickleyJet(), {5, 0.5}, 5 * kDay, 64},
      {"vortex_pair", tests::VortexPair(), {0, 0.3}, 6, 64},
  };
}

double measured_order(const OrderCase& c, AdvectionScheme scheme, int coarsest) {
  const std::array<double, 2> times = {0, c.duration};
  const auto end = [&](const AdvectionOptions& options) {
    return advect(c.velocity, c.start, times, options).back();
  };
  const Point truth = end({.scheme = AdvectionScheme::dormand_prince, .tolerance = 1e-14});
  std::vector<int> steps;
  std::vector<double> errors;
  for (int n = coarsest; n <= 8 * coarsest; n *= 2) {
    const Point there = end({.scheme = scheme, .step = c.duration / n});
    steps.push_back(n);
    errors.push_back(std::hypot(there[0] - truth[0], there[1] - truth[1]));
  }
  return tests::fitted_order(steps, errors);
}

TEST(ConvergenceOrders, euler_has_order_one) {
  for (const OrderCase& c : order_cases())
    EXPECT_NEAR(measured_order(c, AdvectionScheme::euler, 256 * c.steps), 1, tests::kOrderFit)
        << c.name;
}

TEST(ConvergenceOrders, midpoint_has_order_two) {
  for (const OrderCase& c : order_cases())
    EXPECT_NEAR(measured_order(c, AdvectionScheme::midpoint, 8 * c.steps), 2, tests::kOrderFit)
        << c.name;
}

TEST(ConvergenceOrders, runge_kutta4_has_order_four) {
  for (const OrderCase& c : order_cases())
    EXPECT_NEAR(measured_order(c, AdvectionScheme::runge_kutta4, c.steps), 4, tests::kOrderFit)
        << c.name;
}

}  // namespace
}  // namespace lagoon::flow
