#include <cmath>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/integration/accuracy.hpp"
#include "flow/integration/brownian.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/kernels/instruction_sets.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

// Brownian motion of the drifters, and single precision.
namespace lagoon::flow {
namespace {

using tests::Coefficients;
using tests::Paths;

constexpr Method kRandomMethods[] = {Method::euler_maruyama, Method::heun};

Law diffusing_law(double diffusivity, int n_drifters = 1, int n_times = 4) {
  LawOptions options;
  options.release = "uniform";
  options.n_drifters = n_drifters;
  options.n_times = n_times;
  options.diffusivity = diffusivity;
  return make_law(options);
}

std::vector<DrawKey> keys_of(std::size_t n_flows) {
  std::vector<DrawKey> keys;
  for (std::size_t i = 0; i < n_flows; ++i) keys.push_back({7, Purpose::test_diffusion, i});
  return keys;
}

Paths refined_paths(const Law& law, const Coefficients& psi_hat, const Scheme& scheme,
                    const Refinement& refinement) {
  Paths paths = tests::empty_paths(law, psi_hat);
  const std::vector<DrawKey> keys = keys_of(psi_hat.size() / law.n_modes());
  integrate_fixed(*available_kernels().front(), law, scheme, refinement, {psi_hat, {}, keys}, 1,
                  paths.x, paths.y);
  return paths;
}

Paths diffused_paths(const Law& law, const Coefficients& psi_hat, const Scheme& scheme) {
  return refined_paths(law, psi_hat, scheme, {});
}

TEST(BrownianMotion, increments_are_the_normals_of_their_streams) {
  Law law = diffusing_law(0.02, 5, 3);
  const Coefficients nothing(6 * law.n_modes());
  const std::vector<DrawKey> keys = keys_of(6);
  for (const Method method : kRandomMethods) {
    const Paths paths = diffused_paths(law, nothing, {method, Precision::float64, 2});
    const double std = std::sqrt(2 * 0.02 * law.times[0] / 2);
    for (std::size_t i = 0; i < 30; ++i) {
      double x = law.release_x[i % 5], y = law.release_y[i % 5];
      for (std::uint32_t step = 0; step < 6; ++step) {
        const auto normals = normal_pair(brownian_stream(keys[i / 5], i % 5), step);
        x += std * normals[0];
        y += std * normals[1];
        if (step % 2 == 0) continue;
        EXPECT_NEAR(paths.x[i * 3 + step / 2], x, tests::kFewRoundings);
        EXPECT_NEAR(paths.y[i * 3 + step / 2], y, tests::kFewRoundings);
      }
    }
  }
}

TEST(BrownianMotion, spreads_drifters_by_two_kappa_t) {
  constexpr std::size_t kFlows = 1500;
  constexpr double kKappa = 0.3;
  const Law law = diffusing_law(kKappa, 4);
  const Coefficients nothing(kFlows * law.n_modes());
  for (const Precision precision : {Precision::float64, Precision::float32}) {
    const Paths paths = diffused_paths(law, nothing, {Method::euler_maruyama, precision, 3});
    for (std::size_t j = 0; j < 4; ++j) {
      double xx = 0, yy = 0, xy = 0, next = 0;
      for (std::size_t i = 0; i < 4 * kFlows; ++i) {
        const double x = paths.x[i * 4 + j] - law.release_x[i % 4];
        const double y = paths.y[i * 4 + j] - law.release_y[i % 4];
        const std::size_t neighbour = (i + 1) % (4 * kFlows);
        xx += x * x, yy += y * y, xy += x * y;
        next += x * (paths.x[neighbour * 4 + j] - law.release_x[neighbour % 4]);
      }
      const double n = 4 * kFlows;
      const double variance = 2 * kKappa * law.times[j];
      EXPECT_NEAR(xx / n / variance, 1, tests::kThreeSigmas * std::sqrt(2 / n));
      EXPECT_NEAR(yy / n / variance, 1, tests::kThreeSigmas * std::sqrt(2 / n));
      EXPECT_NEAR(xy / n / variance, 0, tests::kThreeSigmas * std::sqrt(1 / n));
      EXPECT_NEAR(next / n / variance, 0, tests::kThreeSigmas * std::sqrt(1 / n));
    }
  }
}

TEST(BrownianMotion, a_drifter_keeps_its_path_among_more_drifters) {
  const Law many = diffusing_law(0.05, 40);
  Law few = many;
  few.release_x.resize(3);
  few.release_y.resize(3);
  few.release_time.resize(3);
  const Coefficients psi_hat = tests::draw_flows(many, 2);
  const Scheme scheme = {Method::heun, Precision::float64, 5};
  const Paths of_many = diffused_paths(many, psi_hat, scheme);
  const Paths of_few = diffused_paths(few, psi_hat, scheme);
  for (std::size_t i = 0; i < 2 * 3 * 4; ++i) {
    EXPECT_EQ(of_few.x[i], of_many.x[i / 12 * 160 + i % 12]);
    EXPECT_EQ(of_few.y[i], of_many.y[i / 12 * 160 + i % 12]);
  }
}

TEST(BrownianMotion, refined_steps_see_the_same_brownian_path) {
  const Law law = diffusing_law(0.05, 3);
  const Coefficients nothing(2 * law.n_modes());
  const Scheme scheme = {Method::euler_maruyama, Precision::float64, 2};
  const Paths coarse = refined_paths(law, nothing, scheme, {.pieces = 1, .draws = 8});
  EXPECT_LT(tests::largest_difference(
                coarse, refined_paths(law, nothing, scheme, {.pieces = 8, .draws = 1})),
            tests::kFewRoundings);
  EXPECT_GT(tests::largest_difference(coarse, diffused_paths(law, nothing, scheme)), 0.01);
}

TEST(BrownianMotion, none_is_the_deterministic_scheme) {
  Law law = diffusing_law(0);
  const Coefficients psi_hat = tests::draw_flows(law, 8);
  const Paths truth = tests::adaptive_paths(law, psi_hat, 1e-12);
  const auto error = [&](Method method, int steps) {
    return tests::rms_difference(diffused_paths(law, psi_hat, {method, Precision::float64, steps}),
                                 truth);
  };
  EXPECT_NEAR(std::log2(error(Method::euler_maruyama, 400) / error(Method::euler_maruyama, 800)), 1,
              tests::kOrderFit);
  EXPECT_NEAR(std::log2(error(Method::heun, 400) / error(Method::heun, 800)), 2, tests::kOrderFit);
}

/// Strong orders on lagoon's own flows, whose noise is additive: 1 for both (Kloeden & Platen,
/// section 10.3), Heun's from errors that are smaller by far.
TEST(BrownianMotion, strong_orders_are_one) {
  const Law law = diffusing_law(0.3, 1, 1);
  const Coefficients psi_hat = tests::draw_flows(law, 256);
  constexpr int kFinest = 2048;
  const auto paths = [&](Method method, int pieces) {
    return refined_paths(law, psi_hat, {method, Precision::float64, 1},
                         {.pieces = pieces, .draws = kFinest / pieces});
  };
  const Paths truth = paths(Method::heun, kFinest);
  std::vector<double> errors;
  for (const Method method : kRandomMethods) {
    const double coarse = tests::rms_difference(paths(method, 64), truth);
    const double fine = tests::rms_difference(paths(method, 256), truth);
    EXPECT_NEAR(std::log2(coarse / fine) / 2, 1, tests::kOrderFit) << to_string(method);
    errors.push_back(fine);
    RecordProperty(to_string(method), std::to_string(coarse) + " " + std::to_string(fine));
  }
  EXPECT_LT(errors[1], errors[0]);
}

TEST(BrownianMotion, the_chosen_step_keeps_its_promise) {
  const Law law = diffusing_law(0.01, 1, 10);
  constexpr double kTolerance = 1e-2;
  const StepChoice choice = choose_step(law, {Method::heun}, kTolerance, 1, 64);
  EXPECT_LT(choice.max_error, kTolerance / kProbeSafety);
  Scheme scheme = {Method::heun, Precision::float64, choice.steps_per_interval};
  EXPECT_EQ(measure_step(law, scheme, 64, 2).max_error, choice.max_error);
  scheme.steps_per_interval *= 4;
  EXPECT_LT(measure_step(law, scheme, 64, 1).max_error, choice.max_error / 2);
}

TEST(SinglePrecision, errors_are_stated_and_small) {
  const Law law = make_law({});
  Scheme scheme = {Method::runge_kutta4, Precision::float32, 10};
  const StepChoice choice = measure_step(law, scheme, 64, 1);
  EXPECT_LT(choice.max_error, tests::kSinglePrecisionPath);
  EXPECT_GT(choice.max_error, 100 * measure_step(law, 10, 64, 1).max_error);
  const Coefficients psi_hat = tests::draw_flows(law, 64);
  Paths paths = tests::empty_paths(law, psi_hat);
  integrate_fixed(law, scheme, {psi_hat, {}, {}}, 1, paths.x, paths.y);
  EXPECT_LT(tests::largest_difference(paths, tests::adaptive_paths(law, psi_hat, 1e-12)),
            2 * choice.max_error);
}

TEST(SinglePrecision, does_not_wear_off_far_from_home) {
  Law law = make_law({});
  law.release_x = {1e6};
  const StepChoice choice =
      measure_step(law, Scheme{Method::runge_kutta4, Precision::float32, 10}, 16, 1);
  EXPECT_LT(choice.max_error, tests::kSinglePrecisionPath);
}

TEST(SinglePrecision, a_step_is_chosen_or_the_reachable_tolerance_named) {
  const Law law = make_law({});
  const Scheme scheme = {Method::runge_kutta4, Precision::float32};
  const StepChoice choice = choose_step(law, scheme, 1e-5, 1, 64);
  EXPECT_LT(choice.max_error, 1e-5 / kProbeSafety);
  try {
    choose_step(law, scheme, 1e-10, 1, 64);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("single precision meets"), std::string::npos);
  }
}

}  // namespace
}  // namespace lagoon::flow
