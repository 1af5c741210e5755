#include "pipelines/support/progress.hpp"

#include <gtest/gtest.h>

namespace lagoon::pipelines::tests {
namespace {

TEST(ProgressText, durations_have_units_that_fit_them) {
  EXPECT_EQ(duration_text(3.14), "3.1 s");
  EXPECT_EQ(duration_text(59.4), "59 s");
  EXPECT_EQ(duration_text(59.7), "1 min 00 s");
  EXPECT_EQ(duration_text(119.9), "1 min 59 s");
  EXPECT_EQ(duration_text(7260), "2 h 01 min");
}

TEST(ProgressText, nouns_follow_their_number) {
  EXPECT_EQ(counted_text(1, "drifter"), "1 drifter");
  EXPECT_EQ(counted_text(0, "drifter"), "0 drifters");
}

}  // namespace
}  // namespace lagoon::pipelines::tests
