#include "datasets/split.hpp"

#include <array>
#include <cmath>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "flow/error.hpp"

namespace lagoon::datasets::tests {
namespace {

std::array<std::int64_t, 3> count_splits(std::int64_t n, const SplitFractions& fractions) {
  std::array<std::int64_t, 3> counts{};
  for (std::int64_t i = 0; i < n; ++i) ++counts[static_cast<std::size_t>(split_of(i, fractions))];
  return counts;
}

// The greatest | count - n fraction | over all n, of validation and of test.
double worst_departure(const SplitFractions& fractions, std::int64_t n) {
  double worst = 0, n_validation = 0, n_test = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const Split split = split_of(i, fractions);
    n_validation += split == Split::validation ? 1 : 0;
    n_test += split == Split::test ? 1 : 0;
    const auto size = static_cast<double>(i + 1);
    worst = std::max({worst, std::abs(n_validation - size * fractions.validation),
                      std::abs(n_test - size * fractions.test)});
  }
  return worst;
}

TEST(Split, counts_of_the_first_n_are_within_one_of_the_fractions) {
  constexpr double kRounding = 1e-9;
  for (const SplitFractions& fractions : {SplitFractions{0, 0},
                                          {0.1, 0.1},
                                          {0.5, 0.5},
                                          {0, 1},
                                          {1, 0},
                                          {0.9, 0.1},
                                          {0.6, 0.4},
                                          {0.05, 0.2},
                                          {1e-3, 0.3},
                                          {1.0 / 3, 1.0 / 3}})
    EXPECT_LE(worst_departure(fractions, 5000), 1 + kRounding)
        << fractions.validation << " " << fractions.test;
}

TEST(Split, counts_are_within_one_for_random_fractions) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int trial = 0; trial < 100; ++trial) {
    const double validation = uniform(random), test = uniform(random) * (1 - validation);
    EXPECT_LE(worst_departure({validation, test}, 1000), 1 + 1e-9) << validation << " " << test;
  }
}

TEST(Split, without_held_out_fractions_all_is_training) {
  EXPECT_EQ(count_splits(1000, {}), (std::array<std::int64_t, 3>{1000, 0, 0}));
}

TEST(Split, held_out_samples_are_spread_evenly) {
  std::int64_t last = -1;
  for (std::int64_t i = 0; i < 10000; ++i) {
    if (split_of(i, {0.05, 0.05}) == Split::train) continue;
    if (last >= 0) {
      EXPECT_EQ(i - last, 10);
    }
    last = i;
  }
  EXPECT_GT(last, 0);
}

TEST(Split, streams_of_random_numbers_are_distinct) {
  std::set<flow::Purpose> purposes;
  for (Split split : {Split::train, Split::validation, Split::test}) {
    for (Draw draw : {Draw::psi_hat, Draw::noise, Draw::amplitude, Draw::diffusion, Draw::missing,
                      Draw::station_noise, Draw::process, Draw::process_noise, Draw::gaussian_pair})
      purposes.insert(purpose_of(draw, split));
  }
  EXPECT_EQ(purposes.size(), 27U);
}

TEST(Split, names_go_both_ways) {
  for (Split split : {Split::train, Split::validation, Split::test})
    EXPECT_EQ(split_from_string(to_string(split)), split);
  EXPECT_THROW(split_from_string("Train"), Error);
}

TEST(Split, impossible_fractions_are_refused) {
  EXPECT_NO_THROW(require_valid(SplitFractions{0.5, 0.5}));
  EXPECT_THROW(require_valid(SplitFractions{-0.1, 0}), Error);
  EXPECT_THROW(require_valid(SplitFractions{0, 1.5}), Error);
  EXPECT_THROW(require_valid(SplitFractions{0.6, 0.6}), Error);
  EXPECT_THROW(require_valid(SplitFractions{std::nan(""), 0}), Error);
}

}  // namespace
}  // namespace lagoon::datasets::tests
