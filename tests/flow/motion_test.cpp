#include <cmath>
#include <numbers>
#include <string>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/integration/time_line.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/observations.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

// Mean velocity, release times, irregular observation times and varying amplitudes.
namespace lagoon::flow {
namespace {

using tests::Coefficients;
using tests::draw_all_amplitudes;
using tests::Paths;

Law law_of(int n_drifters) {
  LawOptions options;
  options.release = "uniform";
  options.n_drifters = n_drifters;
  options.n_times = 10;
  return make_law(options);
}

Law steady_law(int n_drifters) {
  Law law = law_of(n_drifters);
  law.omega.assign(law.n_modes(), 0);
  return law;
}

Law varying_law(int n_drifters) {
  Law law = law_of(n_drifters);
  law.damping.assign(law.n_modes(), 20);
  law.mean_velocity = {1, -2};
  return law;
}

Paths paths_of(const Law& law, const FlowBatch& flows, int steps_per_interval, int threads = 1) {
  const std::size_t size = flows.psi_hat.size() / law.n_modes() * law.n_drifters() * law.n_times();
  Paths paths = {std::vector<double>(size), std::vector<double>(size)};
  const Scheme scheme = {.steps_per_interval = steps_per_interval};
  integrate_fixed(law, scheme, flows, threads, paths.x, paths.y);
  return paths;
}

Paths moved(const Law& law, Paths paths, double velocity_x, double velocity_y) {
  for (std::size_t i = 0; i < paths.x.size(); ++i) {
    const double t = law.times[i % law.n_times()];
    paths.x[i] += velocity_x * t;
    paths.y[i] += velocity_y * t;
  }
  return paths;
}

Paths released(const Law& law, std::size_t n_flows) {
  Paths paths;
  for (std::size_t i = 0; i < n_flows * law.n_drifters() * law.n_times(); ++i) {
    const std::size_t drifter = i / law.n_times() % law.n_drifters();
    paths.x.push_back(law.release_x[drifter]);
    paths.y.push_back(law.release_y[drifter]);
  }
  return paths;
}

// Steps that are equal and steps that adapt.
void expect_paths(const Law& law, const Coefficients& psi_hat, int steps, double tolerance,
                  const Paths& expected, double error) {
  EXPECT_LT(tests::largest_difference(tests::fixed_paths(law, psi_hat, steps), expected), error);
  EXPECT_LT(tests::largest_difference(tests::adaptive_paths(law, psi_hat, tolerance), expected),
            error);
}

TEST(MeanVelocity, carries_drifters_where_there_is_no_flow) {
  Law law = law_of(3);
  law.mean_velocity = {3, -1.5};
  const Coefficients nothing(2 * law.n_modes());
  const Paths expected = moved(law, released(law, 2), 3, -1.5);
  expect_paths(law, nothing, 7, 1e-10, expected, tests::kFewRoundings);
}

// v'(x, t) = U + v(x - U t, t) has omega' = omega - 2 pi k . U, and x'(t) = x(t) + U t.
TEST(MeanVelocity, is_a_change_of_frame) {
  const Law law = law_of(4);
  Law moving = law;
  moving.mean_velocity = {2, 5};
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    moving.omega[m] -= 2 * std::numbers::pi * (2 * law.modes.k[m] + 5 * law.modes.l[m]);
  }
  const Coefficients psi_hat = tests::draw_flows(law, 3);
  const Paths still = moved(law, tests::adaptive_paths(law, psi_hat, 1e-13), 2, 5);
  expect_paths(moving, psi_hat, 500, 1e-13, still, tests::kFineSteps);
}

TEST(Release, a_late_drifter_in_a_steady_flow_follows_an_early_one) {
  const Law law = steady_law(1);
  Law late = law;
  late.release_time = {0.03};  // the third of ten observation times
  const Coefficients psi_hat = tests::draw_flows(law, 5);
  const Paths early_paths = tests::fixed_paths(law, psi_hat, 500);
  for (const Paths& paths :
       {tests::fixed_paths(late, psi_hat, 500), tests::adaptive_paths(late, psi_hat, 1e-13)}) {
    for (std::size_t flow = 0; flow < 5; ++flow) {
      for (std::size_t j = 3; j < 10; ++j) {
        EXPECT_NEAR(paths.x[flow * 10 + j], early_paths.x[flow * 10 + j - 3], tests::kFineSteps);
        EXPECT_NEAR(paths.y[flow * 10 + j], early_paths.y[flow * 10 + j - 3], tests::kFineSteps);
      }
    }
  }
}

TEST(Release, drifters_wait_at_their_release_points_unobserved) {
  Law law = law_of(3);
  law.release_time = {0, 0.035, 0.04};
  const Coefficients psi_hat = tests::draw_flows(law, 1);
  for (Paths paths :
       {tests::fixed_paths(law, psi_hat, 4), tests::adaptive_paths(law, psi_hat, 1e-9)}) {
    for (const std::size_t drifter : {1, 2}) {
      for (std::size_t j = 0; j < 10; ++j) {
        const bool waits = law.times[j] <= law.release_time[drifter];
        EXPECT_EQ(paths.x[drifter * 10 + j] == law.release_x[drifter], waits) << drifter << j;
      }
    }
    remove_unobserved(law, {1, Purpose::train_missing, 0}, paths.x, paths.y);
    for (std::size_t i = 0; i < paths.x.size(); ++i) {
      const bool before = law.times[i % 10] < law.release_time[i / 10];
      EXPECT_EQ(std::isnan(paths.x[i]), before);
      EXPECT_EQ(std::isnan(paths.y[i]), before);
    }
  }
}

TEST(Release, the_reference_and_fine_fixed_steps_agree) {
  Law law = law_of(4);
  law.release_time = {0.011, 0, 0.05, 0.0934};
  const Coefficients psi_hat = tests::draw_flows(law, 3);
  EXPECT_LT(tests::largest_difference(tests::fixed_paths(law, psi_hat, 500),
                                      tests::adaptive_paths(law, psi_hat, 1e-13)),
            tests::kFineSteps);
}

TEST(Clock, its_nodes_are_observation_and_release_times) {
  Law law = law_of(4);
  law.times = {0.1, 0.2, 0.5};
  law.release_time = {0, 0.2, 0.3, 0.3};
  const std::vector<Interval> intervals = intervals_of(law);
  ASSERT_EQ(intervals.size(), 4U);
  const std::vector<double> ends = {0.1, 0.2, 0.3, 0.5};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(intervals[i].begin, i == 0 ? 0 : ends[i - 1]);
    EXPECT_EQ(intervals[i].end, ends[i]);
    EXPECT_EQ(intervals[i].ends_observed, i != 2);
    EXPECT_EQ(intervals[i].observation, std::min<std::size_t>(i, 2));
  }
  EXPECT_NEAR(progress_at(law, intervals[3], 0.35), 0.5, tests::kFewRoundings);
}

TEST(Clock, shorter_intervals_take_as_few_steps_as_keep_them_short) {
  const auto steps = [](double length, int n) { return steps_of({0, length, 0, true}, 1, n); };
  EXPECT_EQ(steps(1, 10), 10);
  EXPECT_EQ(steps(1 - 1e-13, 10), 10);
  EXPECT_EQ(steps(0.5, 10), 5);
  EXPECT_EQ(steps(0.5 + 1e-13, 10), 5);  // but for rounding
  EXPECT_EQ(steps(0.51, 10), 6);
  EXPECT_EQ(steps(1e-9, 10), 1);
}

TEST(Clock, irregular_times_observe_the_same_paths) {
  const Law law = law_of(2);
  Law irregular = law;
  irregular.times = {0.004, 0.01, 0.0101, 0.03, 0.05, 0.0777, 0.1};
  const Coefficients psi_hat = tests::draw_flows(law, 3);
  const Paths regular_paths = tests::fixed_paths(law, psi_hat, 500);
  const Paths paths = tests::fixed_paths(irregular, psi_hat, 1000);
  const std::vector<std::pair<std::size_t, std::size_t>> common = {{1, 0}, {3, 2}, {4, 4}, {6, 9}};
  for (std::size_t i = 0; i < 6; ++i) {
    for (const auto& [j, of_regular] : common) {
      EXPECT_NEAR(paths.x[i * 7 + j], regular_paths.x[i * 10 + of_regular], tests::kFineSteps);
      EXPECT_NEAR(paths.y[i * 7 + j], regular_paths.y[i * 10 + of_regular], tests::kFineSteps);
    }
  }
}

TEST(Amplitudes, fine_fixed_steps_agree_with_the_reference) {
  Law law = varying_law(3);
  law.release_time = {0, 0.047, 0.03};
  const Coefficients psi_hat = tests::draw_flows(law, 4);
  const Coefficients amplitudes = draw_all_amplitudes(law, psi_hat);
  const Paths fixed = paths_of(law, {psi_hat, amplitudes, {}}, 500);
  Paths adaptive = fixed;
  const std::size_t size = law.n_drifters() * law.n_times();
  const std::size_t n_amplitudes = law.n_times() * law.n_modes();
  for (std::size_t i = 0; i < 4; ++i) {
    integrate_adaptive(law,
                       {tests::flow_of(law, psi_hat, i),
                        std::span(amplitudes).subspan(i * n_amplitudes, n_amplitudes),
                        {}},
                       1e-13, std::span(adaptive.x).subspan(i * size, size),
                       std::span(adaptive.y).subspan(i * size, size));
  }
  EXPECT_LT(tests::largest_difference(fixed, adaptive), tests::kFineSteps);
  Law constant = law;
  constant.damping.assign(law.n_modes(), 0);
  EXPECT_GT(tests::largest_difference(fixed, tests::fixed_paths(constant, psi_hat, 500)), 0.01);
}

TEST(Amplitudes, that_do_not_change_are_constant_to_the_bit) {
  const Law law = varying_law(2);
  Law constant = law;
  constant.damping.assign(law.n_modes(), 0);
  const Coefficients psi_hat = tests::draw_flows(law, 20);
  Coefficients amplitudes;
  for (std::size_t i = 0; i < 20 * law.n_times(); ++i) {
    const auto same = tests::flow_of(law, psi_hat, i / law.n_times());
    amplitudes.insert(amplitudes.end(), same.begin(), same.end());
  }
  EXPECT_EQ(paths_of(law, {psi_hat, amplitudes, {}}, 3), tests::fixed_paths(constant, psi_hat, 3));
}

std::string complaint(const Law& law, const Scheme& scheme, const FlowBatch& flows) {
  try {
    std::vector<double> x(law.n_drifters() * law.n_times()), y(x.size());
    integrate_fixed(law, scheme, flows, 1, x, y);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Refusals, name_what_a_batch_lacks) {
  Law law = varying_law(1);
  const Coefficients psi_hat = tests::draw_flows(law, 1);
  Coefficients amplitudes = draw_all_amplitudes(law, psi_hat);
  EXPECT_NE(complaint(law, {}, {psi_hat, {}, {}}).find("0 amplitudes"), std::string::npos);
  amplitudes[3 * law.n_modes() + 2] = std::nan("");
  EXPECT_EQ(complaint(law, {}, {psi_hat, amplitudes, {}}).substr(0, 21), "flow 0: amplitudes[2]");
  amplitudes[3 * law.n_modes() + 2] = 0;
  EXPECT_EQ(complaint(law, {}, {psi_hat, amplitudes, {}}), "");

  law.diffusivity = 0.1;
  const std::vector<DrawKey> keys(1);
  EXPECT_NE(complaint(law, {Method::heun}, {psi_hat, amplitudes, {}}).find("0 keys"),
            std::string::npos);
  EXPECT_EQ(complaint(law, {Method::heun}, {psi_hat, amplitudes, keys}), "");
  EXPECT_NE(complaint(law, {}, {psi_hat, amplitudes, keys}).find("heun"), std::string::npos);
  Scheme endless = {Method::heun};
  endless.steps_per_interval = 1 << 30;  // ten intervals: more draws than numbers
  EXPECT_NE(complaint(law, endless, {psi_hat, amplitudes, keys}).find("fewer steps"),
            std::string::npos);
}

TEST(Refusals, the_reference_takes_no_flow_that_it_would_never_end) {
  Law law = law_of(1);
  law.omega[0] = 1e17;
  const Coefficients psi_hat = tests::draw_flows(law, 1);
  Paths paths = tests::empty_paths(law, psi_hat);
  EXPECT_THROW(integrate_adaptive(law, psi_hat, 1e-9, paths.x, paths.y), Error);
}

TEST(Refusals, the_reference_knows_no_diffusion) {
  Law law = law_of(1);
  law.diffusivity = 1;
  const Coefficients psi_hat = tests::draw_flows(law, 1);
  EXPECT_THROW(tests::adaptive_paths(law, psi_hat, 1e-9), Error);
}

}  // namespace
}  // namespace lagoon::flow
