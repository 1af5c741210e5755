#include "flow/integration/trajectories.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/kernels/instruction_sets.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using tests::Coefficients;
using tests::Paths;

/// A law of a few observation times, unevenly spaced.
Law small_law(int n_drifters, int max_wavenumber = 3, const char* mode_set = "square") {
  LawOptions options;
  options.max_wavenumber = max_wavenumber;
  options.mode_set = mode_set;
  options.release = "uniform";
  options.n_drifters = n_drifters;
  Law law = make_law(options);
  law.times = {0.01, 0.035, 0.05, 0.1};
  return law;
}

Coefficients first_flows(const Law& law, const Coefficients& psi_hat, std::size_t n) {
  return {psi_hat.begin(), psi_hat.begin() + static_cast<std::ptrdiff_t>(n * law.n_modes())};
}

Paths first_paths(const Paths& paths, std::size_t size) {
  const auto end = static_cast<std::ptrdiff_t>(size);
  return {{paths.x.begin(), paths.x.begin() + end}, {paths.y.begin(), paths.y.begin() + end}};
}

// Wavenumbers 1 to 4 are unrolled, others not; few drifters lie side by side with other flows',
// many with their own flow's.
TEST(FixedStep, agrees_with_rk4_by_direct_sums) {
  for (const int max_wavenumber : {1, 2, 3, 4, 5, 7}) {
    for (const auto& [n_flows, n_drifters] : {std::pair(19, 1), {3, 5}, {2, 37}}) {
      const Law law = small_law(n_drifters, max_wavenumber);
      const Coefficients psi_hat = tests::draw_flows(law, static_cast<std::size_t>(n_flows));
      const double difference = tests::largest_difference(tests::fixed_paths(law, psi_hat, 5),
                                                          tests::direct_sum_paths(law, psi_hat, 5));
      EXPECT_LT(difference, tests::kSeparableSum)
          << max_wavenumber << " " << n_flows << " " << n_drifters;
    }
  }
}

TEST(FixedStep, knows_mode_sets_with_gaps) {
  Law law = small_law(2, 5, "disk");
  const Coefficients psi_hat = tests::draw_flows(law, 4);
  EXPECT_LT(tests::largest_difference(tests::fixed_paths(law, psi_hat, 4),
                                      tests::direct_sum_paths(law, psi_hat, 4)),
            tests::kSeparableSum);
}

TEST(FixedStep, more_steps_than_one_run_of_the_clock_agree_too) {
  const Law law = small_law(1);
  const Coefficients psi_hat = tests::draw_flows(law, 2);
  EXPECT_LT(tests::largest_difference(tests::fixed_paths(law, psi_hat, 53),
                                      tests::direct_sum_paths(law, psi_hat, 53)),
            tests::kSeparableSum);
}

TEST(FixedStep, every_instruction_set_gives_the_same_bits) {
  for (const int max_wavenumber : {3, 6}) {
    for (const int n_drifters : {1, 21}) {
      const Law law = small_law(n_drifters, max_wavenumber);
      const Coefficients psi_hat = tests::draw_flows(law, 9);
      Paths expected = tests::empty_paths(law, psi_hat);
      const Scheme scheme = {.steps_per_interval = 3};
      integrate_fixed(kernels_named("base"), law, scheme, {}, {psi_hat, {}, {}}, 1, expected.x,
                      expected.y);
      for (const KernelSet* kernels : available_kernels()) {
        Paths paths = tests::empty_paths(law, psi_hat);
        integrate_fixed(*kernels, law, scheme, {}, {psi_hat, {}, {}}, 1, paths.x, paths.y);
        EXPECT_EQ(paths, expected) << kernels->name;
      }
    }
  }
}

TEST(FixedStep, threads_and_batches_change_no_bit) {
  for (const int n_drifters : {1, 3, 200}) {
    const Law law = small_law(n_drifters);
    const Coefficients psi_hat = tests::draw_flows(law, 150);
    const Paths all = tests::fixed_paths(law, psi_hat, 2, 1);
    EXPECT_EQ(tests::fixed_paths(law, psi_hat, 2, 2), all);
    EXPECT_EQ(tests::fixed_paths(law, psi_hat, 2, 5), all);
    for (const std::size_t n : {1, 7, 16, 33}) {
      const Paths some = tests::fixed_paths(law, first_flows(law, psi_hat, n), 2, 2);
      EXPECT_EQ(some, first_paths(all, some.x.size())) << n << " flows";
    }
  }
}

TEST(FixedStep, a_drifter_does_not_see_the_others) {
  const Law many = small_law(40);
  Law one = many;
  one.release_x = {many.release_x[17]};
  one.release_y = {many.release_y[17]};
  one.release_time = {0};
  const Coefficients psi_hat = tests::draw_flows(many, 1);
  const Paths all = tests::fixed_paths(many, psi_hat, 4);
  const Paths alone = tests::fixed_paths(one, psi_hat, 4);
  for (std::size_t j = 0; j < many.n_times(); ++j) {
    EXPECT_EQ(alone.x[j], all.x[17 * many.n_times() + j]);
    EXPECT_EQ(alone.y[j], all.y[17 * many.n_times() + j]);
  }
}

TEST(FixedStep, the_torus_has_no_edge) {
  const Law law = small_law(10);
  Law shifted = law;
  for (double& x : shifted.release_x) x += 3;
  for (double& y : shifted.release_y) y -= 1;
  const Coefficients psi_hat = tests::draw_flows(law, 4);
  Paths paths = tests::fixed_paths(law, psi_hat, 8);
  for (double& x : paths.x) x += 3;
  for (double& y : paths.y) y -= 1;
  EXPECT_LT(tests::largest_difference(tests::fixed_paths(shifted, psi_hat, 8), paths),
            tests::kSeparableSum);
}

TEST(FixedStep, the_mean_mode_moves_nothing) {
  const Law law = small_law(2);
  Coefficients psi_hat = tests::draw_flows(law, 1);
  const Paths paths = tests::fixed_paths(law, psi_hat, 4);
  psi_hat[*find_mode(law.modes, 0, 0)] = {1e3, -1e3};
  EXPECT_EQ(tests::fixed_paths(law, psi_hat, 4), paths);
  psi_hat[*find_mode(law.modes, 0, 1)] *= 2;
  EXPECT_NE(tests::fixed_paths(law, psi_hat, 4), paths);
}

TEST(Releases, at_an_observation_time_the_drifter_is_observed_at_its_release_point) {
  Law law = small_law(2);
  law.release_time[1] = law.times[1];
  const Coefficients psi_hat = tests::draw_flows(law, 2);
  for (const Paths& paths :
       {tests::fixed_paths(law, psi_hat, 8), tests::adaptive_paths(law, psi_hat, 1e-10)}) {
    for (std::size_t flow = 0; flow < 2; ++flow) {
      const std::size_t first = (2 * flow + 1) * law.n_times();
      EXPECT_EQ(paths.x[first + 1], law.release_x[1]);
      EXPECT_EQ(paths.y[first + 1], law.release_y[1]);
      EXPECT_NE(paths.x[first + 2], law.release_x[1]);
    }
  }
}

TEST(FixedStep, drifters_rest_without_a_flow) {
  const Law law = small_law(3);
  const Coefficients nothing(2 * law.n_modes());
  const Paths paths = tests::fixed_paths(law, nothing, 1);
  for (std::size_t i = 0; i < paths.x.size(); ++i) {
    EXPECT_EQ(paths.x[i], law.release_x[i / law.n_times() % 3]);
    EXPECT_EQ(paths.y[i], law.release_y[i / law.n_times() % 3]);
  }
  EXPECT_EQ(tests::adaptive_paths(law, nothing, 1e-10), paths);
}

TEST(FixedStep, broken_flows_are_named) {
  const Law law = small_law(1);
  Coefficients psi_hat = tests::draw_flows(law, 20);
  const auto complaint = [&] {
    try {
      tests::fixed_paths(law, psi_hat, 1, 2);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  psi_hat[17 * law.n_modes() + 4] = 1e308;
  EXPECT_EQ(complaint().substr(0, 8), "flow 17:");
  psi_hat[6 * law.n_modes() + 4] = {0, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_EQ(complaint().substr(0, 18), "flow 6: psi_hat[4]");
  EXPECT_THROW(tests::fixed_paths(law, tests::draw_flows(law, 1), 0), Error);
}

TEST(Adaptive, broken_flows_are_refused) {
  const Law law = small_law(1);
  Coefficients psi_hat = tests::draw_flows(law, 1);
  EXPECT_THROW(tests::adaptive_paths(law, psi_hat, 0), Error);
  psi_hat[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(tests::adaptive_paths(law, psi_hat, 1e-9), Error);
}

TEST(Adaptive, agrees_with_fine_fixed_steps) {
  const Law law = small_law(5);
  const Coefficients psi_hat = tests::draw_flows(law, 8);
  EXPECT_LT(tests::largest_difference(tests::adaptive_paths(law, psi_hat, 1e-13),
                                      tests::fixed_paths(law, psi_hat, 4000)),
            tests::kFineSteps);
}

TEST(InstructionSet, is_the_one_the_environment_names) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto use = [](const char* name) {
    setenv("LAGOON_ISA", name, 1);
    std::exit(instruction_set() == name ? 0 : 1);
  };
  for (const KernelSet* kernels : available_kernels()) {
    EXPECT_EXIT(use(std::string(kernels->name).c_str()), testing::ExitedWithCode(0), "");
  }
}

TEST(InstructionSet, unknown_ones_are_refused) {
  EXPECT_THROW(kernels_named("sse9"), Error);
  EXPECT_EQ(kernels_named("base").name, "base");
}

TEST(Parallel, each_index_is_visited_once) {
  std::vector<int> visits(1000);
  parallel_for(visits.size(), 3, [&](std::size_t i) { ++visits[i]; });
  EXPECT_EQ(visits, std::vector(1000, 1));
  parallel_for(0, 3, [](std::size_t) { FAIL(); });
  EXPECT_EQ(resolve_threads(3), 3);
  EXPECT_GE(resolve_threads(0), 1);
}

TEST(Parallel, a_bodys_exception_reaches_the_caller) {
  EXPECT_THROW(parallel_for(100, 2, [](std::size_t i) { require(i != 40, "forty"); }), Error);
}

}  // namespace
}  // namespace lagoon::flow
