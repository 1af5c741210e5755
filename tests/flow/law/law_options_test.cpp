#include "flow/law/law_options.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

Law law_of(const std::function<void(LawOptions&)>& change) {
  LawOptions options;
  change(options);
  return make_law(options);
}

TEST(LawOptions, a_flat_prior_has_one_std_for_all_modes_that_move) {
  const Law law = law_of([](LawOptions& o) { o.prior = "flat"; });
  const std::size_t mean = *find_mode(law.modes, 0, 0);
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    EXPECT_EQ(law.prior_std[m], m == mean ? 0 : law.prior_std[0]);
  }
  EXPECT_NEAR(rms_speed(law), 5.5, tests::kFewRoundings);
}

TEST(LawOptions, amplitude_of_psi_can_be_asked_for) {
  const Law law = law_of([](LawOptions& o) { o.scale = "psi", o.rms_psi = 0.25; });
  EXPECT_NEAR(rms_psi(law), 0.25, tests::kFewRoundings);
  EXPECT_GT(std::abs(rms_speed(law) - 5.5), 1);
}

TEST(LawOptions, any_list_of_modes_is_taken_in_its_order) {
  const Law law = law_of([](LawOptions& o) { o.mode_set = "list", o.mode_list = {5, -2, 0, 1}; });
  EXPECT_EQ(law.modes, (ModeSet{{5, 0}, {-2, 1}}));
  EXPECT_THROW(law_of([](LawOptions& o) { o.mode_set = "list", o.mode_list = {5}; }), Error);
  EXPECT_THROW(law_of([](LawOptions& o) {
                 o.mode_set = "list", o.mode_list = {1, 0, 1, 0};
               }),
               Error);
}

TEST(LawOptions, a_table_gives_modes_prior_and_rates_as_they_are) {
  const auto with_table = [](LawOptions& o) {
    o.prior = "table";
    o.scale = "none";
    o.mode_table = {{{1, -2}, {0, 3}}, {0.5, 0.25}, {3, -4}, {0, 7}};
  };
  const Law law = law_of(with_table);
  EXPECT_EQ(law.prior_std, (std::vector<double>{0.5, 0.25}));
  EXPECT_EQ(law.omega, (std::vector<double>{3, -4}));
  EXPECT_EQ(law.damping, (std::vector<double>{0, 7}));
  EXPECT_TRUE(law.has_varying_amplitudes());
  EXPECT_THROW(law_of([&](LawOptions& o) { with_table(o), o.mode_table.prior_std.pop_back(); }),
               Error);
}

TEST(LawOptions, damping_grows_with_the_wavenumber_as_asked) {
  const Law law = law_of([](LawOptions& o) { o.damping = 2, o.damping_exponent = 2; });
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    EXPECT_NEAR(law.damping[m], 2 * k_squared(law.modes, m), tests::kFewRoundings * 100);
  }
  EXPECT_FALSE(make_law({}).has_varying_amplitudes());
}

TEST(LawOptions, random_times_increase_and_end_with_the_last) {
  const Law law = law_of([](LawOptions& o) { o.spacing = "random"; });
  EXPECT_EQ(law.n_times(), 100U);
  EXPECT_EQ(law.times.back(), 0.1);
  EXPECT_TRUE(std::ranges::is_sorted(law.times));
  EXPECT_NE(law.times, law_of([](LawOptions& o) { o.spacing = "random", o.law_seed = 1; }).times);
}

TEST(LawOptions, listed_times_replace_the_even_ones) {
  const std::vector<double> times = {0.01, 0.02, 0.07};
  EXPECT_EQ(law_of([&](LawOptions& o) { o.spacing = "list", o.time_list = times; }).times, times);
  EXPECT_THROW(law_of([](LawOptions& o) { o.spacing = "list", o.time_list = {0.2, 0.1}; }), Error);
}

TEST(LawOptions, drifters_are_released_one_after_another) {
  const auto staggered = [](double interval) {
    return law_of([interval](LawOptions& o) {
      o.release = "uniform", o.n_drifters = 3, o.release_interval = interval;
    });
  };
  EXPECT_EQ(staggered(0.02).release_time, (std::vector<double>{0, 0.02, 0.04}));
  EXPECT_TRUE(staggered(0.02).has_gaps());
  EXPECT_FALSE(staggered(0).has_gaps());
  EXPECT_THROW(staggered(0.05), Error);  // the third at the last time
}

TEST(LawOptions, motion_and_gaps_go_into_the_law) {
  const Law law = law_of([](LawOptions& o) {
    o.mean_velocity_x = 1, o.mean_velocity_y = -2, o.diffusivity = 0.5, o.missing_percent = 20;
  });
  EXPECT_EQ(law.mean_velocity, (std::array<double, 2>{1, -2}));
  EXPECT_EQ(law.diffusivity, 0.5);
  EXPECT_EQ(law.missing_fraction, 0.2);
  EXPECT_TRUE(law.has_gaps());
}

TEST(LawOptions, impossible_values_are_refused) {
  const std::vector<std::function<void(LawOptions&)>> wrong = {
      [](LawOptions& o) { o.scale = "sea"; },          [](LawOptions& o) { o.rms_psi = 0; },
      [](LawOptions& o) { o.damping = -1; },           [](LawOptions& o) { o.diffusivity = -1; },
      [](LawOptions& o) { o.missing_percent = 100; },  [](LawOptions& o) { o.spacing = "odd"; },
      [](LawOptions& o) { o.release_interval = -0.1; }};
  for (std::size_t i = 0; i < wrong.size(); ++i) EXPECT_THROW(law_of(wrong[i]), Error) << i;
}

}  // namespace
}  // namespace lagoon::flow
