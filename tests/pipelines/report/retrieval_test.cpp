// The numbers of a retrieval, against counting and against the slow version.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "contrastive/inference/posterior.hpp"
#include "flow/random.hpp"
#include "pipelines/figures/field_figures.hpp"
#include "pipelines/retrieval/candidates.hpp"
#include "pipelines/retrieval/library_curve.hpp"
#include "pipelines/retrieval/posterior_scan.hpp"
#include "pipelines/retrieval/recall.hpp"
#include "pipelines/retrieval/statistics.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

using contrastive::Ranks;
using lagoon::tests::kFewRoundings;
using lagoon::tests::kFloatScores;

// Recall@k of one query among every choice of `size` - 1 of the other rows, by enumeration; ties in
// expectation. Of the others, the first `better` beat the truth and the next `tied` tie with it.
double recall_by_enumeration(int better, int tied, int others, int k, int size) {
  double sum = 0, n_choices = 0;
  for (unsigned choice = 0; choice < 1U << others; ++choice) {
    if (__builtin_popcount(choice) != size - 1) continue;
    const int b = __builtin_popcount(choice & ((1U << better) - 1));
    const int t = __builtin_popcount(choice >> better & ((1U << tied) - 1));
    sum += std::clamp((k - b) / (t + 1.0), 0.0, 1.0);
    ++n_choices;
  }
  return sum / n_choices;
}

TEST(LibraryCurve, recall_of_sublibraries_is_the_mean_over_all_of_them) {
  constexpr int kOthers = 9;
  for (const auto& [better, tied] : {std::pair{0, 0}, {3, 0}, {2, 3}, {0, 9}, {9, 0}}) {
    for (const int k : {1, 2, 5}) {
      for (int size = 1; size <= kOthers + 1; ++size) {
        EXPECT_NEAR(expected_recall({{better}, {tied}}, k, kOthers + 1, size),
                    recall_by_enumeration(better, tied, kOthers, k, size), kFewRoundings)
            << better << " better, " << tied << " tied, k " << k << ", size " << size;
      }
    }
  }
}

TEST(LibraryCurve, whole_library_gives_recall_itself_and_smaller_ones_no_less) {
  const Ranks ranks{{0, 0, 3, 40, 7, 1}, {0, 1, 0, 5, 0, 0}};
  constexpr std::int64_t kSize = 100;
  for (const int k : {1, 5, 10}) {
    EXPECT_NEAR(expected_recall(ranks, k, kSize, kSize), contrastive::recall_at_k(ranks, k),
                kFewRoundings);
    double last = 1;
    for (const std::int64_t size : {1, 2, 16, 50, 100}) {
      const double recall = expected_recall(ranks, k, kSize, size);
      EXPECT_LE(recall, last + kFewRoundings);
      last = recall;
    }
    EXPECT_LT(last, 1);
  }
}

TEST(LibraryCurve, sizes_ascend_to_the_whole_library) {
  EXPECT_EQ(library_sizes(5000), (std::vector<std::int64_t>{16, 64, 256, 1024, 4096, 5000}));
  EXPECT_EQ(library_sizes(4096), (std::vector<std::int64_t>{16, 64, 256, 1024, 4096}));
  EXPECT_EQ(library_sizes(7), std::vector<std::int64_t>{7});
}

contrastive::Embeddings random_embeddings(std::int64_t n, std::uint64_t seed) {
  contrastive::Embeddings result{n, 8, {}};
  for (std::int64_t i = 0; i < n * result.dim; ++i) {
    result.values.push_back(static_cast<float>(
        flow::uniform(seed, flow::Purpose::test, static_cast<std::uint64_t>(i), 0) - 0.5));
  }
  return result;
}

TEST(PosteriorScan, agrees_with_the_posterior_of_each_query) {
  const auto queries = random_embeddings(150, 1);
  const auto library = random_embeddings(333, 2);
  std::vector<std::int64_t> truth;
  for (std::int64_t q = 0; q < queries.n; ++q) truth.push_back(2 * q);
  constexpr double kTemperature = 0.1;
  const auto scan = scan_posteriors(queries, library, truth, kTemperature, 2);
  for (std::int64_t q = 0; q < queries.n; ++q) {
    const auto i = static_cast<std::size_t>(q);
    const auto exact = contrastive::posterior(queries.row(q), library, kTemperature);
    const auto& weights = exact.weights;
    EXPECT_NEAR(scan.effective_sample_size[i] / exact.effective_sample_size, 1, kFloatScores);
    EXPECT_NEAR(scan.top_weight[i] / *std::ranges::max_element(weights), 1, kFloatScores);
    EXPECT_NEAR(scan.truth_weight[i] / weights[2 * i], 1, kFloatScores);
  }
}

TEST(Queries, choice_of_fewer_is_part_of_the_choice_of_more) {
  const auto some = choose_queries(500, 20, 3);
  const auto more = choose_queries(500, 40, 3);
  EXPECT_EQ(some.size(), 20U);
  EXPECT_TRUE(std::ranges::is_sorted(some));
  EXPECT_TRUE(std::ranges::includes(more, some));
  EXPECT_NE(choose_queries(500, 20, 4), some);
  EXPECT_EQ(choose_queries(3, 0, 3), (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_EQ(choose_queries(3, 4, 3), (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_EQ(too_few_flows(3, 3), "");
  EXPECT_EQ(too_few_flows(3, 4),
            "--queries 4: the split holds 3 flows, and all of them are asked for");
}

TEST(Statistics, wilson_interval_solves_its_equation) {
  constexpr double kZ = 1.959963984540054;
  for (const double share : {0.0, 0.02, 0.5, 0.97, 1.0}) {
    const auto [low, high] = wilson_interval(share, 50);
    EXPECT_LE(low, share);
    EXPECT_GE(high, share);
    for (const double bound : {low, high}) {
      if (bound == share) continue;
      EXPECT_NEAR(std::abs(share - bound), kZ * std::sqrt(bound * (1 - bound) / 50), kFewRoundings);
    }
  }
}

TEST(Statistics, shares_are_told_with_their_interval) {
  EXPECT_EQ(share_text(0.97, 50), "0.970 (0.880 to 0.993)");
  const RecallTable recall = {{"lagrangian_to_eulerian", {{1, 0.97}}},
                              {"eulerian_to_lagrangian", {{1, 1.0}}}};
  EXPECT_EQ(first_places_text(recall, 4096, 50),
            "the true flow comes first of 4096 for 0.970 (0.880 to 0.993) of the trajectories, the "
            "true trajectory for 1.000 (0.929 to 1.000) of the flows");
}

TEST(Examples, error_and_spread_are_told_as_rms) {
  Example example;
  example.psi = {3, -3, 3, -3};
  example.without_truth.mean = {2, -1, 3, -1};
  example.without_truth.spread = {2, 2, 0, 0};
  EXPECT_EQ(spread_finding(example),
            "Without the true flow the mean is off by 1.5 (rms over the torus, nondimensional), "
            "50% of the true streamfunction's size, where its spread has rms 1.41. ");
}

TEST(Statistics, quantiles_interpolate_between_order_statistics) {
  const std::vector<double> values = {4, 1, 3, 2};
  EXPECT_EQ(quantile(values, 0), 1);
  EXPECT_EQ(quantile(values, 0.5), 2.5);
  EXPECT_EQ(quantile(values, 1), 4);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
