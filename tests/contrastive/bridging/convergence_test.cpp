// The estimate tends to the closed forms of [CE] Lemmas 2 and 3, its error bars are its errors, and
// too small a pool is noticed.
#include <cmath>

#include <gtest/gtest.h>

#include "contrastive/bridging/grid_ranks.hpp"
#include "contrastive/bridging/monte_carlo.hpp"
#include "contrastive/bridging/pool_information.hpp"
#include "contrastive/theory/bridging/closed_forms.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kBridgeSum;
using lagoon::tests::kRootLawSlope;

constexpr int kPools = 64;
const std::vector<std::int64_t> kSizes = {100, 1000, 10000};

/// One cell whose log-mean is known, and pools of its bridge samples.
struct Case {
  Embeddings a, c;
  Link link;
  double truth = 0, truth_of_squares = 0;
};

Case sphere_case() {
  const double cosine = 0.5;
  Case one{{1, 8, std::vector<float>(8)}, {1, 8, std::vector<float>(8)}, {Critic::cosine, 3}};
  one.a.values[0] = 1;
  one.c.values[0] = 0.5F;
  one.c.values[1] = std::sqrt(0.75F);
  one.truth = log_mean_on_sphere(8, 3, 3, cosine);
  one.truth_of_squares = log_mean_on_sphere(8, 6, 6, cosine);
  return one;
}

Case gaussian_case() {
  const Eigen::Vector3d a(1, 0, 0), c(0, 1, 0);
  Case one{{1, 3, {1, 0, 0}}, {1, 3, {0, 1, 0}}, {Critic::l2, 1}};
  one.truth = log_mean_of_gaussian(a, c, 1, 1, 1);
  one.truth_of_squares = log_mean_of_gaussian(a, c, 1, 2, 2);
  return one;
}

double root_mean_square_error(const Case& one, std::int64_t samples) {
  double sum = 0;
  for (int pool = 0; pool < kPools; ++pool) {
    const auto b = random_embeddings(samples, one.a.dim, static_cast<std::uint64_t>(pool + 10));
    const double error =
        monte_carlo_scores(one.a, b, one.link, b, one.c, one.link)(0, 0) - one.truth;
    sum += error * error;
  }
  return std::sqrt(sum / kPools);
}

TEST(BridgeConvergence, errors_fall_like_the_root_of_the_samples) {
  for (const Case& one : {sphere_case(), gaussian_case()}) {
    const double slope =
        std::log10(root_mean_square_error(one, kSizes[2]) /
                   root_mean_square_error(one, kSizes[0])) /
        std::log10(static_cast<double>(kSizes[2]) / static_cast<double>(kSizes[0]));
    EXPECT_NEAR(slope, -0.5, kRootLawSlope) << to_string(one.link.critic);
  }
}

/// The delta method's error from the closed forms, from the samples, and as it happens.
TEST(BridgeConvergence, error_bars_are_the_errors) {
  constexpr double kScatterOfPools = 0.25;  // 64 pools: 9%, and the bars' own scatter
  for (const Case& one : {sphere_case(), gaussian_case()}) {
    const std::int64_t n = 10000;
    const double expected =
        std::sqrt(samples_needed(one.truth, one.truth_of_squares, 1) / static_cast<double>(n));
    const auto b = random_embeddings(n, one.a.dim, 5);
    const auto estimate = monte_carlo_estimate(one.a, b, one.link, b, one.c, one.link);
    EXPECT_NEAR(estimate.standard_errors(0, 0) / expected, 1, kScatterOfPools);
    EXPECT_NEAR(root_mean_square_error(one, n) / expected, 1, kScatterOfPools);
  }
}

TEST(PoolInformation, is_the_divergence_of_the_weights_from_uniform) {
  // Of two samples, one counts e times as much as the other.
  const Embeddings a{1, 1, {1}}, pool{2, 1, {1, 0}};
  const double p = std::exp(1.0) / (1 + std::exp(1.0));
  EXPECT_NEAR(pool_information(a, pool, {Critic::dot, 1}),
              std::log(2.0) + p * std::log(p) + (1 - p) * std::log(1 - p), kBridgeSum);
  EXPECT_NEAR(pool_information(a, pool, {Critic::dot, 0}), 0, kBridgeSum);
  EXPECT_NEAR(pool_information(a, pool, {Critic::dot, 1e4}), std::log(2.0), kBridgeSum);
}

TEST(PoolInformation, a_pool_that_the_links_tell_apart_is_too_small) {
  const auto a = random_embeddings(20, 8, 1), pool = random_embeddings(1000, 8, 2);
  const auto told = [&](double scale) {
    const double information = pool_information(a, pool, {Critic::cosine, scale});
    return pool_warning(information, information, pool.n, pool.n);
  };
  EXPECT_EQ(told(3), "");
  EXPECT_NE(told(100).find("exp(6.9)"), std::string::npos);
}

TEST(PoolInformation, what_a_part_of_the_pool_cannot_show_is_told) {
  const auto a = random_embeddings(20, 8, 1), seen = random_embeddings(100, 8, 2);
  const auto told = [&](double scale) {
    const double information = pool_information(a, seen, {Critic::cosine, scale});
    return pool_warning(information, information, seen.n, 20000);
  };
  EXPECT_EQ(told(3), "");
  EXPECT_NE(told(100).find("the first 100 samples"), std::string::npos);
}

TEST(GridRanks, count_what_is_above_and_what_ties) {
  const ScoreGrid grid{2, 3, {1, 2, 1, 0, 5, 4}};
  const Ranks ranks = diagonal_ranks(grid);
  EXPECT_EQ(ranks.better, (std::vector<std::int64_t>{1, 0}));
  EXPECT_EQ(ranks.tied, (std::vector<std::int64_t>{1, 0}));
  EXPECT_EQ(transposed(grid).values, (std::vector<double>{1, 0, 2, 5, 1, 4}));
  EXPECT_THROW(diagonal_ranks(transposed(grid)), Error);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
