#include "contrastive/inference/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "contrastive/inference/posterior.hpp"
#include "contrastive/inference/retrieval.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using flow::DrawKey;
using flow::Purpose;
using lagoon::tests::kFewRoundings;
using lagoon::tests::kManySigmas;

constexpr DrawKey kKey = {5, Purpose::library_draw, 7};
const std::vector<double> kWeights = {0, 3, 0, 0.5, 1e-30, 6, 0.5, 0};

std::vector<std::int64_t> counts(const std::vector<std::int64_t>& rows, std::size_t n) {
  std::vector<std::int64_t> result(n);
  for (const std::int64_t row : rows) ++result.at(row);
  return result;
}

TEST(Sampling, frequencies_are_the_weights) {
  constexpr std::int64_t kDraws = 20000;
  const auto found = counts(draw_rows(kWeights, kDraws, kKey), kWeights.size());
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    const double p = kWeights[i] / 10;
    const double sigma = std::sqrt(kDraws * p * (1 - p));
    EXPECT_NEAR(static_cast<double>(found[i]), kDraws * p, kManySigmas * sigma) << i;
    EXPECT_TRUE(kWeights[i] > 0 || found[i] == 0) << i;
  }
}

TEST(Sampling, is_a_function_of_the_key_and_larger_samples_begin_with_smaller) {
  const std::vector<double> weights(1000, 1.0);
  const auto many = draw_rows(weights, 100, kKey);
  EXPECT_EQ(draw_rows(weights, 100, kKey), many);
  EXPECT_EQ(draw_rows(weights, 30, kKey), std::vector(many.begin(), many.begin() + 30));
  EXPECT_NE(draw_rows(weights, 100, {5, Purpose::library_draw, 8}), many);
  EXPECT_NE(draw_rows(weights, 100, {6, Purpose::library_draw, 7}), many);
}

TEST(Sampling, the_scale_of_weights_does_not_matter) {
  std::vector<double> scaled = kWeights;
  for (double& weight : scaled) weight *= 0x1p-900;  // exact, and squares would underflow
  EXPECT_EQ(draw_rows(scaled, 500, kKey), draw_rows(kWeights, 500, kKey));
  EXPECT_NEAR(effective_sample_size(scaled), effective_sample_size(kWeights), kFewRoundings);
  EXPECT_NEAR(expected_unique(scaled, 16), expected_unique(kWeights, 16), kFewRoundings);
}

TEST(Sampling, one_row_with_all_the_weight_is_always_drawn) {
  const std::vector<double> weights = {0, 0, 4, 0};
  EXPECT_EQ(draw_rows(weights, 20, kKey), std::vector<std::int64_t>(20, 2));
  EXPECT_EQ(effective_sample_size(weights), 1);
  EXPECT_EQ(expected_unique(weights, 20), 1);
  EXPECT_EQ(expected_unique(weights, 0), 0);
  EXPECT_TRUE(draw_rows(weights, 0, kKey).empty());
}

TEST(Sampling, the_effective_sample_size_is_between_one_and_all) {
  EXPECT_NEAR(effective_sample_size(std::vector<double>(400, 0.3)), 400, 400 * kFewRoundings);
  for (const double spread : {0.1, 1.0, 10.0}) {
    std::vector<double> weights;
    for (std::uint64_t i = 0; i < 400; ++i)
      weights.push_back(std::exp(spread * flow::normal_pair(1, Purpose::test, i, 0)[0]));
    const double size = effective_sample_size(weights);
    EXPECT_GT(size, 1);
    EXPECT_LT(size, 400);
    std::reverse(weights.begin(), weights.end());
    EXPECT_NEAR(effective_sample_size(weights), size, size * kFewRoundings);
    // Every row twice, at half the weight: twice as many.
    weights.insert(weights.end(), weights.begin(), weights.end());
    EXPECT_NEAR(effective_sample_size(weights), 2 * size, 2 * size * kFewRoundings);
  }
}

TEST(Sampling, the_expected_number_of_different_rows_is_their_mean) {
  std::vector<double> weights;
  for (int i = 0; i < 40; ++i) weights.push_back(std::exp(-i / 8.0));
  constexpr int kSamples = 2000;
  double sum = 0, squares = 0;
  for (std::uint64_t sample = 0; sample < kSamples; ++sample) {
    const auto unique = static_cast<double>(
        count_unique(draw_rows(weights, 16, {1, Purpose::library_draw, sample})));
    sum += unique;
    squares += unique * unique;
  }
  const double mean = sum / kSamples;
  const double error = std::sqrt((squares / kSamples - mean * mean) / kSamples);
  EXPECT_NEAR(mean, expected_unique(weights, 16), kManySigmas * error);
  EXPECT_NEAR(expected_unique(weights, 1), 1, kFewRoundings);
}

TEST(Sampling, of_a_library_is_by_the_posterior_weights) {
  const Embeddings library = random_embeddings(3000, 8, 1), query = random_embeddings(1, 8, 2);
  for (const double temperature : {0.2, 1.0, 1e6}) {
    const ConditionalSample sample =
        sample_conditional(query.row(0), library, temperature, 16, kKey);
    const Posterior weights = posterior(query.row(0), library, temperature);
    EXPECT_EQ(sample.rows, draw_rows(weights.weights, 16, kKey));
    EXPECT_NEAR(sample.effective_sample_size, effective_sample_size(weights.weights),
                library.n * kFewRoundings);
    EXPECT_EQ(sample.unique, count_unique(sample.rows));
    EXPECT_LE(sample.expected_unique, 16);
  }
  const ConditionalSample flat = sample_conditional(query.row(0), library, 1e12, 16, kKey);
  EXPECT_NEAR(flat.effective_sample_size, 3000, 1e-3);
  const ConditionalSample sharp = sample_conditional(query.row(0), library, 1e-4, 16, kKey);
  EXPECT_NEAR(sharp.effective_sample_size, 1, kFewRoundings);
  EXPECT_EQ(sharp.unique, 1);
}

// [BST] Theorem 4.2: retrieval with K = 1 is a mode of the empirical conditional; with K it is the
// K rows of largest weight.
TEST(Sampling, retrieval_is_the_mode_of_the_weights) {
  const Embeddings library = random_embeddings(2000, 8, 1), queries = random_embeddings(40, 8, 2);
  constexpr std::int64_t kBest = 5;
  const TopK best = search_top_k(queries, library, kBest);
  for (std::int64_t query = 0; query < queries.n; ++query) {
    const auto weights = posterior(queries.row(query), library, 0.5).weights;
    std::vector<std::int64_t> order(library.n);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::int64_t a, std::int64_t b) { return weights[a] > weights[b]; });
    EXPECT_EQ(
        std::vector(best.rows.begin() + query * kBest, best.rows.begin() + (query + 1) * kBest),
        std::vector(order.begin(), order.begin() + kBest));
    EXPECT_EQ(best.rows[query * kBest],
              std::max_element(weights.begin(), weights.end()) - weights.begin());
  }
}

TEST(Sampling, refuses_weights_that_are_none) {
  for (const std::vector<double>& weights : {std::vector<double>{},
                                             {0, 0},
                                             {1, -1},
                                             {1, std::numeric_limits<double>::quiet_NaN()},
                                             {std::numeric_limits<double>::infinity()},
                                             {1e308, 1e308}}) {
    EXPECT_THROW(draw_rows(weights, 4, kKey), Error);
    EXPECT_THROW(effective_sample_size(weights), Error);
    EXPECT_THROW(expected_unique(weights, 4), Error);
  }
  EXPECT_THROW(draw_rows(kWeights, -1, kKey), Error);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
