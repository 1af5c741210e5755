#include "flow/integration/accuracy.hpp"

#include <cmath>
#include <functional>

#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/streamfunction.hpp"
#include "tests/support/convergence.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using tests::Coefficients;
using tests::Paths;

Law law_with(const std::function<void(LawOptions&)>& change) {
  LawOptions options;
  change(options);
  return make_law(options);
}

/// Last position of the law's drifter in each flow, by n equal steps of Odeint's dopri5.
Paths dopri5_ends(const Law& law, const Coefficients& psi_hat, int n) {
  using State = std::array<double, 2>;
  Paths ends;
  for (std::size_t i = 0; i < psi_hat.size() / law.n_modes(); ++i) {
    const Flow flow = {law.modes, tests::flow_of(law, psi_hat, i), law.omega};
    const auto velocity = [&](const State& at, State& derivative, double t) {
      derivative = velocity_at(flow, at[0], at[1], t);
    };
    boost::numeric::odeint::runge_kutta_dopri5<State> stepper;
    State position = {law.release_x[0], law.release_y[0]};
    const double h = law.times.back() / n;
    for (int step = 0; step < n; ++step) stepper.do_step(velocity, position, step * h, h);
    ends.x.push_back(position[0]);
    ends.y.push_back(position[1]);
  }
  return ends;
}

TEST(Order, rk4_has_order_four) {
  const Law law = law_with([](LawOptions& options) { options.n_times = 1; });
  const Coefficients psi_hat = tests::draw_flows(law, 32);
  const Paths truth = tests::adaptive_paths(law, psi_hat, 1e-13);
  const std::vector<int> steps = {100, 200, 400, 800};
  std::vector<double> errors;
  for (const int n : steps) {
    errors.push_back(tests::rms_difference(tests::fixed_paths(law, psi_hat, n), truth));
  }
  EXPECT_NEAR(tests::fitted_order(steps, errors), 4, tests::kOrderFit);
}

TEST(Order, dormand_prince_has_order_five) {
  const Law law = law_with([](LawOptions& options) {
    options.n_times = 1;
    options.rms_speed = 15;
  });
  const Coefficients psi_hat = tests::draw_flows(law, 16);
  const Paths truth = tests::adaptive_paths(law, psi_hat, 1e-14);
  const std::vector<int> steps = {200, 400, 800};
  std::vector<double> errors;
  for (const int n : steps)
    errors.push_back(tests::rms_difference(dopri5_ends(law, psi_hat, n), truth));
  EXPECT_NEAR(tests::fitted_order(steps, errors), 5, tests::kOrderFit);
}

TEST(Order, adaptive_errors_follow_the_tolerance) {
  const Law law = law_with([](LawOptions& options) { options.n_times = 10; });
  const Coefficients psi_hat = tests::draw_flows(law, 8);
  const Paths truth = tests::adaptive_paths(law, psi_hat, 1e-13);
  double previous = 1;
  for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10}) {
    const double error =
        tests::largest_difference(tests::adaptive_paths(law, psi_hat, tolerance), truth);
    EXPECT_LT(error, 100 * tolerance);  // errors of many steps add up and grow on the way
    EXPECT_LT(error, previous);
    previous = error;
  }
}

TEST(Conservation, a_steady_flow_carries_drifters_along_its_streamlines) {
  const Law law = law_with([](LawOptions& options) { options.omega_std = 0; });
  const int steps = choose_step(law, 1e-10, 1, 128).steps_per_interval;
  const Coefficients psi_hat = tests::draw_flows(law, 64);
  const Paths paths = tests::fixed_paths(law, psi_hat, steps);
  double largest_change = 0, largest_path = 0;
  for (std::size_t i = 0; i < paths.x.size(); ++i) {
    const Flow flow = {law.modes, tests::flow_of(law, psi_hat, i / law.n_times()), law.omega};
    const double start = psi_at(flow, law.release_x[0], law.release_y[0], 0);
    largest_change =
        std::max(largest_change, std::abs(psi_at(flow, paths.x[i], paths.y[i], 0) - start));
    largest_path = std::max(largest_path, std::abs(paths.x[i] - law.release_x[0]));
  }
  EXPECT_LT(largest_change, tests::kConservedPsi);
  EXPECT_GT(largest_path, 0.5);  // they did move
}

TEST(Conservation, the_opposite_flow_leads_back) {
  Law law = law_with([](LawOptions& options) {
    options.omega_std = 0;
    options.n_times = 1;
  });
  Coefficients psi_hat = tests::draw_flows(law, 1);
  const Paths there = tests::fixed_paths(law, psi_hat, 1000);
  for (auto& value : psi_hat) value = -value;
  law.release_x = there.x;
  law.release_y = there.y;
  const Paths back = tests::fixed_paths(law, psi_hat, 1000);
  EXPECT_NEAR(back.x[0], 0.75, tests::kFineSteps);
  EXPECT_NEAR(back.y[0], 0.75, tests::kFineSteps);
  EXPECT_GT(std::hypot(there.x[0] - 0.75, there.y[0] - 0.75), 0.05);
}

TEST(Accuracy, the_chosen_step_keeps_its_promise) {
  const Law law = make_law({});
  for (const double tolerance : {1e-6, 1e-9}) {
    const StepChoice choice = choose_step(law, tolerance, 2);
    EXPECT_LT(choice.max_error, tolerance / kProbeSafety);
    EXPECT_LE(choice.quantile_999_error, choice.max_error);
    EXPECT_EQ(choice.n_probe_flows, 1024);
    EXPECT_NEAR(choice.step * choice.steps_per_interval, 0.001, tests::kFewRoundings);
    const Coefficients psi_hat = tests::draw_flows(law, 64);
    EXPECT_LT(tests::largest_difference(tests::fixed_paths(law, psi_hat, choice.steps_per_interval),
                                        tests::adaptive_paths(law, psi_hat, 1e-13)),
              tolerance);
  }
}

TEST(Accuracy, one_step_fewer_would_not_do) {
  const Law law = make_law({});
  const StepChoice choice = choose_step(law, 1e-9, 1, 256);
  ASSERT_GT(choice.steps_per_interval, 1);
  const StepChoice fewer = measure_step(law, choice.steps_per_interval - 1, 256, 1);
  EXPECT_GE(fewer.max_error, 1e-9 / kProbeSafety);
  EXPECT_EQ(choice.max_error, measure_step(law, choice.steps_per_interval, 256, 2).max_error);
}

TEST(Accuracy, a_lax_tolerance_takes_one_step_an_interval) {
  EXPECT_EQ(choose_step(make_law({}), 0.1, 1, 64).steps_per_interval, 1);
}

TEST(Accuracy, tolerances_out_of_reach_are_refused) {
  EXPECT_THROW(choose_step(make_law({}), 1e-13, 2, 16), Error);
  const Law wild = law_with([](LawOptions& options) { options.rms_speed = 1e4; });
  EXPECT_THROW(choose_step(wild, 1e-9, 2, 2), Error);
  EXPECT_THROW(choose_step(make_law({}), 0, 1), Error);
  EXPECT_THROW(measure_step(make_law({}), 1, 0, 1), Error);
}

TEST(Accuracy, steps_that_pass_over_whole_waves_do_not_look_exact) {
  const auto carried = [](double speed) {
    return law_with([speed](LawOptions& options) {
      options.mean_velocity_x = speed, options.n_times = 10, options.omega_std = 0;
    });
  };
  // Four waves of the domain a step of a whole interval, two a half: the same phase every time.
  const StepChoice choice = choose_step(carried(400), 1e-6, 2, 4);
  EXPECT_GE(choice.steps_per_interval, 4 * 400 * 3 * 0.01);
  EXPECT_THROW(choose_step(carried(3e8), 1e-6, 2, 4), Error);
}

}  // namespace
}  // namespace lagoon::flow
