#include "contrastive/diagnostics/cosine_test.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "contrastive/diagnostics/sphere_law.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/diagnostics/clouds.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::normal_cloud;
using tests::von_mises_fisher;

TEST(CosineTest, p_values_of_uniform_directions_are_uniform) {
  constexpr int kSets = 120;
  std::vector<double> p_values;
  for (int s = 0; s < kSets; ++s) {
    p_values.push_back(test_cosines(normal_cloud(24, 6, 1000 + s),
                                    {.rows = 24, .simulations = 99, .seed = 7u + s, .threads = 1})
                           .p_value);
  }
  std::sort(p_values.begin(), p_values.end());
  double distance = 0;
  for (int i = 0; i < kSets; ++i)
    distance = std::max(distance, std::abs(p_values[i] - (i + 0.5) / kSets));
  // Kolmogorov's 99.9% quantile 1.95 / sqrt n, and the hundredth by which p-values are rounded.
  EXPECT_LE(distance, 1.95 / std::sqrt(kSets) + 0.01);
}

/// Against Archimedes' law, cosine by cosine.
TEST(CosineTest, distance_is_that_of_the_definition) {
  const Embeddings cloud = normal_cloud(25, 3, 4);
  std::vector<double> cosines;
  for (std::int64_t i = 0; i < 25; ++i)
    for (std::int64_t j = i + 1; j < 25; ++j)
      cosines.push_back(inner_product(cloud.row(i), cloud.row(j)) /
                        std::sqrt(inner_product(cloud.row(i), cloud.row(i)) *
                                  inner_product(cloud.row(j), cloud.row(j))));
  double distance = 0;
  for (const double at : cosines) {
    double up_to = 0, below = 0;
    for (const double c : cosines) {
      up_to += c <= at;
      below += c < at;
    }
    const auto n = static_cast<double>(cosines.size());
    const double law = 0.5 * (1 + at);
    distance = std::max({distance, up_to / n - law, law - below / n});
  }
  EXPECT_NEAR(test_cosines(cloud, {.simulations = 1}).distance, distance, 1e-5);
}

TEST(CosineTest, finds_a_cap_and_a_thin_direction) {
  const CosineTestOptions options{.rows = 96, .simulations = 99, .seed = 1, .threads = 1};
  int found = 0;
  for (int s = 0; s < 12; ++s)
    found += test_cosines(von_mises_fisher(128, 8, 2, 50 + 2 * s), options).p_value <= 0.05;
  EXPECT_GE(found, 11);
  // No mean direction, but less spread along half of the coordinates.
  Embeddings flat = normal_cloud(128, 8, 9);
  for (std::int64_t i = 0; i < flat.n; ++i)
    for (int j = 0; j < 4; ++j) flat.values[8 * i + j] *= 0.3F;
  EXPECT_LE(test_cosines(flat, options).p_value, 0.01);
}

TEST(CosineTest, lengths_do_not_matter_and_few_rows_are_refused) {
  Embeddings cloud = normal_cloud(40, 5, 2);
  const double before = test_cosines(cloud, {.simulations = 9}).distance;
  for (std::int64_t i = 0; i < cloud.n; ++i)
    for (int j = 0; j < 5; ++j) cloud.values[5 * i + j] *= static_cast<float>(1 + i);
  EXPECT_NEAR(test_cosines(cloud, {.simulations = 9}).distance, before, 1e-5);
  EXPECT_THROW(test_cosines(normal_cloud(2, 5, 2)), Error);
  EXPECT_THROW(test_cosines(normal_cloud(9, 1, 2)), Error);
  Embeddings with_zero = normal_cloud(9, 2, 2);
  with_zero.values[0] = with_zero.values[1] = 0;
  EXPECT_THROW(test_cosines(with_zero), Error);
}

TEST(CosineHistogram, of_fewer_than_two_rows_is_refused) {
  EXPECT_THROW(cosine_histogram(normal_cloud(1, 5, 2), 400, 20), Error);
  EXPECT_THROW(cosine_histogram(normal_cloud(9, 5, 2), 1, 20), Error);
}

TEST(CosineHistogram, shares_add_up_and_are_near_the_law) {
  const auto histogram = cosine_histogram(normal_cloud(400, 16, 3), 400, 20);
  EXPECT_NEAR(std::accumulate(histogram.share.begin(), histogram.share.end(), 0.0), 1, 1e-12);
  EXPECT_NEAR(std::accumulate(histogram.expected.begin(), histogram.expected.end(), 0.0), 1, 1e-2);
  for (std::size_t b = 0; b < histogram.left.size(); ++b)
    EXPECT_NEAR(histogram.share[b], histogram.expected[b], 0.01);
}

}  // namespace
}  // namespace lagoon::contrastive
