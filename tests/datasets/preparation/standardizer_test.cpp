#include "datasets/preparation/standardizer.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::datasets::tests {
namespace {

using lagoon::tests::kRoundingRelative;

constexpr std::size_t kColumns = 5;

// 200 rows; columns 1 and 3 are constant, column 4 is large and shifted.
std::vector<double> sample_table() {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> table;
  for (int row = 0; row < 200; ++row) {
    const double a = normal(random), b = normal(random), c = normal(random);
    table.insert(table.end(), {a, 0.1, 1e-3 * b, -7.0, 1000 + 50 * c});
  }
  return table;
}

TEST(Standardizer, constant_columns_are_dropped) {
  const Standardizer standardizer = Standardizer::fit(sample_table(), kColumns);
  EXPECT_EQ(standardizer.columns(), (std::vector<std::size_t>{0, 2, 4}));
}

TEST(Standardizer, a_table_of_constants_keeps_no_column) {
  const std::vector<double> table = {0.1, 0.3, 0.1, 0.3, 0.1, 0.3};
  EXPECT_TRUE(Standardizer::fit(table, 2).columns().empty());
}

TEST(Standardizer, standardized_columns_have_mean_zero_and_spread_one) {
  const std::vector<double> table = sample_table();
  const Standardizer standardizer = Standardizer::fit(table, kColumns);
  const std::vector<double> standardized = standardizer.apply(table);
  ASSERT_EQ(standardized.size(), 600U);
  for (std::size_t column = 0; column < 3; ++column) {
    double sum = 0, squares = 0;
    for (std::size_t i = column; i < standardized.size(); i += 3) {
      sum += standardized[i];
      squares += standardized[i] * standardized[i];
    }
    EXPECT_NEAR(sum / 200, 0, kRoundingRelative);
    EXPECT_NEAR(squares / 200, 1, kRoundingRelative);
  }
}

TEST(Standardizer, mean_and_spread_lead_back_to_the_kept_columns) {
  const std::vector<double> table = sample_table();
  const Standardizer standardizer = Standardizer::fit(table, kColumns);
  const std::vector<double> standardized = standardizer.apply(table);
  for (std::size_t i = 0; i < standardized.size(); ++i) {
    const double original = table[i / 3 * kColumns + standardizer.columns()[i % 3]];
    EXPECT_NEAR(standardizer.mean()[i % 3] + standardizer.std()[i % 3] * standardized[i], original,
                kRoundingRelative * std::max(1.0, std::abs(original)));
  }
}

TEST(Standardizer, half_a_row_is_refused) {
  const std::vector<double> table = {1, 2, 3};
  EXPECT_THROW(Standardizer::fit(table, 2), Error);
  EXPECT_THROW(Standardizer::fit({}, 2), Error);
}

}  // namespace
}  // namespace lagoon::datasets::tests
