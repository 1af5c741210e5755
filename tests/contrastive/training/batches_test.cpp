#include "contrastive/training/step/batches.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "contrastive/training/step/schedule.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

TEST(Batches, an_epoch_is_a_permutation) {
  std::vector<std::int64_t> order = epoch_order(1000, 7, 3);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  for (std::int64_t i = 0; i < 1000; ++i) EXPECT_EQ(order[i], i);
}

TEST(Batches, order_is_a_function_of_seed_and_epoch) {
  EXPECT_EQ(epoch_order(500, 7, 3), epoch_order(500, 7, 3));
  EXPECT_NE(epoch_order(500, 7, 3), epoch_order(500, 8, 3));
  EXPECT_NE(epoch_order(500, 7, 3), epoch_order(500, 7, 4));
}

TEST(Batches, every_order_is_as_likely) {
  std::vector<int> seen(6);
  constexpr int kDraws = 6000;
  for (int epoch = 0; epoch < kDraws; ++epoch) {
    const auto order = epoch_order(3, 1, epoch);
    ++seen[order[0] * 2 + (order[1] > order[2])];
  }
  // Each count is binomial with standard deviation sqrt(6000 * 1/6 * 5/6) = 29.
  for (const int count : seen) EXPECT_NEAR(count, kDraws / 6, 5 * 29);
}

TEST(Batches, rows_do_not_depend_on_what_was_asked_before) {
  Batches in_order(103, 10, 5), jumping(103, 10, 5);
  for (std::int64_t step = 0; step < 25; ++step) {
    const auto rows = in_order.rows(step);
    const std::vector<std::int64_t> expected(rows.begin(), rows.end());
    jumping.rows((step * 7) % 40);
    const auto again = jumping.rows(step);
    EXPECT_EQ(std::vector<std::int64_t>(again.begin(), again.end()), expected);
  }
}

TEST(Batches, an_epoch_never_repeats_a_row) {
  Batches batches(103, 10, 5);
  std::set<std::int64_t> seen;
  for (std::int64_t step = 10; step < 20; ++step) {
    for (const std::int64_t row : batches.rows(step)) EXPECT_TRUE(seen.insert(row).second);
  }
  EXPECT_EQ(seen.size(), 100u);
}

TEST(Schedule, warms_up_to_the_rate_and_falls_along_half_a_cosine) {
  TrainingOptions options;
  options.learning_rate = 0.5;
  options.warmup_steps = 4;
  options.schedule = "cosine";
  EXPECT_DOUBLE_EQ(learning_rate(options, 0, 104), 0.125);
  EXPECT_DOUBLE_EQ(learning_rate(options, 3, 104), 0.5);
  EXPECT_DOUBLE_EQ(learning_rate(options, 4, 104), 0.5);
  EXPECT_NEAR(learning_rate(options, 54, 104), 0.25, 1e-15);
  EXPECT_NEAR(learning_rate(options, 79, 104), 0.5 * (1 - std::sqrt(0.5)) / 2, 1e-15);
  EXPECT_GT(learning_rate(options, 103, 104), 0);
}

TEST(Schedule, constant_stays) {
  TrainingOptions options;
  options.learning_rate = 0.5;
  options.warmup_steps = 0;
  options.schedule = "constant";
  for (const std::int64_t step : {0, 10, 99}) {
    EXPECT_DOUBLE_EQ(learning_rate(options, step, 100), 0.5);
  }
}

TEST(Schedule, a_warm_up_longer_than_the_run_is_no_division_by_zero) {
  TrainingOptions options;
  options.warmup_steps = 100;
  EXPECT_DOUBLE_EQ(learning_rate(options, 49, 50), options.learning_rate / 2);
  EXPECT_DOUBLE_EQ(learning_rate(options, 99, 100), options.learning_rate);
}

}  // namespace
}  // namespace lagoon::contrastive
