#include "pipelines/report/text_table.hpp"

#include <gtest/gtest.h>

namespace lagoon::pipelines::tests {
namespace {

/// Names to the left, numbers to the right; "±" is one character and two bytes.
TEST(TextTable, aligns_columns_by_their_longest_cells) {
  EXPECT_EQ(lines_of({"", "recall"}, {{"direct", "0.5 ± 0.1"}, {"M", "1"}}),
            "           recall\n"
            "direct  0.5 ± 0.1\n"
            "M               1\n");
}

}  // namespace
}  // namespace lagoon::pipelines::tests
