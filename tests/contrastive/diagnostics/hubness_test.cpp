#include "contrastive/diagnostics/hubness.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/contrastive/diagnostics/clouds.hpp"

namespace lagoon::contrastive {
namespace {

using tests::normal_cloud;

/// One long row answers every query of its half space.
TEST(Hubness, a_hub_answers_all) {
  Embeddings library = normal_cloud(50, 3, 1);
  Embeddings queries = normal_cloud(40, 3, 2);
  for (std::int64_t i = 0; i < queries.n; ++i) queries.values[3 * i] = 1;
  library.values[0] = 1000;
  const auto found = hubness(queries, library, 1);
  EXPECT_EQ(found.largest_share, 1);
  EXPECT_EQ(found.occurrences[0], 40);
  EXPECT_DOUBLE_EQ(found.unanswering_share, 49.0 / 50);
  // One value of 40 and 49 of 0: (n - 2) / sqrt(n - 1).
  EXPECT_NEAR(found.skewness.value, 48 / 7.0, 1e-9);
}

/// Each query has its own answer.
TEST(Hubness, a_permutation_has_none) {
  Embeddings identity{30, 30, std::vector<float>(900)};
  for (int i = 0; i < 30; ++i) identity.values[31 * i] = 1;
  const auto found = hubness(identity, identity, 1);
  EXPECT_EQ(found.skewness.value, 0);
  EXPECT_EQ(found.unanswering_share, 0);
  EXPECT_DOUBLE_EQ(found.largest_share, 1.0 / 30);
}

TEST(Hubness, every_query_names_k_and_long_rows_are_hubs) {
  const auto low = hubness(normal_cloud(400, 2, 1), normal_cloud(400, 2, 1), 10);
  EXPECT_EQ(std::accumulate(low.occurrences.begin(), low.occurrences.end(), 0), 4000);
  // Inner products favour long rows: in few dimensions a handful answers all.
  EXPECT_GT(low.skewness.value, 1.4);
  EXPECT_THROW(hubness(normal_cloud(40, 2, 1), normal_cloud(9, 2, 1), 9), Error);
  EXPECT_THROW(hubness(normal_cloud(40, 2, 1), normal_cloud(9, 3, 1), 2), Error);
}

TEST(Hubness, skewness_of_a_geometric_law_is_known) {
  // Counts n 2^-i of values i: skewness (2 - p) / sqrt(1 - p), p = 1/2.
  std::vector<std::int64_t> values;
  for (int i = 0; i < 20; ++i)
    values.insert(values.end(), static_cast<std::size_t>(1) << (20 - i), i);
  EXPECT_NEAR(skewness_of(values), 1.5 / std::sqrt(0.5), 0.01);
}

}  // namespace
}  // namespace lagoon::contrastive
