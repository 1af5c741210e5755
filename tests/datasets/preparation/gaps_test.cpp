#include "datasets/preparation/gaps.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::datasets::tests {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// One drifter released at time 2 from (10, -10), observed at times 1 to 6.
flow::Law law_with_gaps() {
  flow::Law law = rich_description(1).law;
  law.release_x = {10};
  law.release_y = {-10};
  law.release_time = {2};
  law.times = {1, 2, 3, 4, 5, 6};
  return law;
}

TEST(Gaps, are_filled_between_neighbours_in_proportion_to_time) {
  std::vector<double> x = {kNan, 11, kNan, kNan, 17, 18}, y = {kNan, 0, kNan, kNan, 3, 9};
  fill_gaps(law_with_gaps(), x, y);
  EXPECT_EQ(x, (std::vector<double>{10, 11, 13, 15, 17, 18}));
  EXPECT_EQ(y, (std::vector<double>{-10, 0, 1, 2, 3, 9}));
}

TEST(Gaps, before_the_first_observation_start_at_the_release_point_and_time) {
  std::vector<double> x = {kNan, kNan, kNan, 14, 15, 16}, y = {kNan, kNan, kNan, -4, -5, -6};
  fill_gaps(law_with_gaps(), x, y);
  EXPECT_EQ(x, (std::vector<double>{10, 10, 12, 14, 15, 16}));
  EXPECT_EQ(y, (std::vector<double>{-10, -10, -7, -4, -5, -6}));
}

TEST(Gaps, after_the_last_observation_hold_it) {
  std::vector<double> x = {kNan, kNan, 12, kNan, kNan, kNan}, y = x;
  fill_gaps(law_with_gaps(), x, y);
  EXPECT_EQ(x, (std::vector<double>{10, 10, 12, 12, 12, 12}));
}

TEST(Gaps, a_drifter_never_seen_stays_at_its_release_point) {
  std::vector<double> x(6, kNan), y(6, kNan);
  fill_gaps(law_with_gaps(), x, y);
  EXPECT_EQ(x, std::vector<double>(6, 10));
  EXPECT_EQ(y, std::vector<double>(6, -10));
}

TEST(Gaps, drifters_are_filled_apart) {
  const flow::Law law = rich_description(1).law;
  std::vector<double> x = {1, 2, 3, kNan, kNan, 3}, y = {1, 2, kNan, kNan, 5, 6};
  fill_gaps(law, x, y);
  EXPECT_EQ(x[3], law.release_x[1]) << "before its release at 0.03";
  EXPECT_NEAR(x[4], law.release_x[1] + (3 - law.release_x[1]) * (0.05 - 0.03) / (0.1 - 0.03),
              lagoon::tests::kFewRoundings);
  EXPECT_EQ(y[2], 2);
  EXPECT_EQ(y[3], law.release_y[1]);
}

TEST(Gaps, observed_positions_stay_to_the_bit) {
  const Description description = rich_description(20);
  for (std::int64_t flow = 0; flow < 20; ++flow) {
    const SampleBlock samples = samples_of(description, flow, 1);
    std::vector<double> x = samples.x, y = samples.y;
    fill_gaps(description.law, x, y);
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_TRUE(std::isfinite(x[i]) && std::isfinite(y[i]));
      if (std::isfinite(samples.x[i])) {
        EXPECT_EQ(x[i], samples.x[i]);
        EXPECT_EQ(y[i], samples.y[i]);
      }
    }
  }
}

}  // namespace
}  // namespace lagoon::datasets::tests
