#include "flow/numerics/sample_moments.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace lagoon::flow {
namespace {

TEST(SampleMoments, are_those_of_a_small_sample) {
  const std::vector<double> values = {1, 2, 6};
  const auto moments = sample_moments(values);
  EXPECT_EQ(moments.mean, 3);
  EXPECT_EQ(moments.squares, 14);
  EXPECT_DOUBLE_EQ(moments.variance(), 14.0 / 3);
  EXPECT_DOUBLE_EQ(moments.standard_error(), std::sqrt(7.0 / 3));
  EXPECT_EQ(sample_mean(values), 3);
}

TEST(SampleMoments, median_is_the_larger_of_two_middles) {
  EXPECT_EQ(sample_median({3, 1, 2}), 2);
  EXPECT_EQ(sample_median({4, 1, 3, 2}), 3);
  EXPECT_EQ(sample_median({7}), 7);
}

TEST(SampleMoments, extremes_leave_out_what_is_unknown) {
  const double unknown = std::nan("");
  const double unbounded = std::numeric_limits<double>::infinity();
  using Values = std::vector<double>;
  EXPECT_EQ(largest_magnitude(Values{1, unknown, -3}), 3);
  EXPECT_EQ(largest_magnitude({}), 0);
  EXPECT_EQ(largest_difference(Values{1, unknown, 4}, Values{2, unknown, 1}), 3);
  EXPECT_EQ(largest_difference(Values{1, unknown}, Values{1, 2}), unbounded);
  EXPECT_EQ(largest_difference(Values{1, 2}, Values{1}), unbounded);
}

}  // namespace
}  // namespace lagoon::flow
