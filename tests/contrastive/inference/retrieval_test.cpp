#include "contrastive/inference/retrieval.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "contrastive/inference/posterior.hpp"
#include "contrastive/inference/score_tiles.hpp"
#include "contrastive/threads.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kFewRoundings;

/// Rows with few distinct values, so that many scores are exactly equal.
Embeddings coarse_embeddings(std::int64_t n, std::int64_t dim, std::uint64_t seed) {
  Embeddings embeddings = random_embeddings(n, dim, seed);
  for (float& value : embeddings.values) value = std::round(value);
  return embeddings;
}

/// Every row pair the same row, so that library row i and n - 1 - i tie whatever the query.
Embeddings doubled(const Embeddings& half) {
  Embeddings embeddings{2 * half.n, half.dim, half.values};
  for (std::int64_t i = half.n - 1; i >= 0; --i) {
    embeddings.values.insert(embeddings.values.end(), half.row(i).begin(), half.row(i).end());
  }
  return embeddings;
}

std::vector<std::int64_t> counting(std::int64_t n) {
  std::vector<std::int64_t> rows(n);
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

Ranks brute_force_ranks(const Embeddings& queries, const Embeddings& library,
                        const std::vector<std::int64_t>& truth) {
  Ranks ranks{std::vector<std::int64_t>(queries.n), std::vector<std::int64_t>(queries.n)};
  for (std::int64_t i = 0; i < queries.n; ++i) {
    const double partner = inner_product(queries.row(i), library.row(truth[i]));
    for (std::int64_t j = 0; j < library.n; ++j) {
      const double score = inner_product(queries.row(i), library.row(j));
      ranks.better[i] += score > partner;
      ranks.tied[i] += j != truth[i] && score == partner;
    }
  }
  return ranks;
}

TEST(Retrieval, ranks_equal_brute_force) {
  const Embeddings queries = random_embeddings(300, 17, 1);
  const Embeddings library = random_embeddings(5000, 17, 2);
  std::vector<std::int64_t> truth(queries.n);
  for (std::int64_t i = 0; i < queries.n; ++i) truth[i] = (i * 37) % library.n;
  const Ranks fast = rank_partners(queries, library, truth);
  const Ranks slow = brute_force_ranks(queries, library, truth);
  EXPECT_EQ(fast.better, slow.better);
  EXPECT_EQ(fast.tied, slow.tied);
}

TEST(Retrieval, ties_equal_brute_force) {
  const Embeddings queries = coarse_embeddings(200, 5, 1);
  const Embeddings library = coarse_embeddings(700, 5, 2);
  const Ranks fast = rank_partners(queries, library, counting(200));
  const Ranks slow = brute_force_ranks(queries, library, counting(200));
  EXPECT_EQ(fast.better, slow.better);
  EXPECT_EQ(fast.tied, slow.tied);
  EXPECT_GT(std::accumulate(slow.tied.begin(), slow.tied.end(), std::int64_t{0}), 200);
}

TEST(Retrieval, equal_rows_tie_wherever_they_lie) {
  const Embeddings library = doubled(random_embeddings(2500, 33, 3));
  const Ranks ranks = rank_partners(library, library, counting(library.n));
  for (const std::int64_t tied : ranks.tied) EXPECT_EQ(tied, 1);
}

TEST(Retrieval, ranks_do_not_depend_on_threads) {
  const Embeddings queries = random_embeddings(500, 9, 4), library = random_embeddings(500, 9, 5);
  set_threads(1);
  const Ranks one = rank_partners(queries, library, counting(500));
  set_threads(3);
  EXPECT_EQ(rank_partners(queries, library, counting(500)).better, one.better);
  set_threads(0);
}

TEST(Retrieval, recall_shares_the_places_among_ties) {
  const Ranks ranks{{0, 1, 0, 4}, {0, 0, 3, 1}};
  EXPECT_DOUBLE_EQ(recall_at_k(ranks, 1), (1 + 0 + 0.25 + 0) / 4);
  EXPECT_DOUBLE_EQ(recall_at_k(ranks, 2), (1 + 1 + 0.5 + 0) / 4);
  EXPECT_DOUBLE_EQ(recall_at_k(ranks, 5), (1 + 1 + 1 + 0.5) / 4);
  EXPECT_DOUBLE_EQ(median_rank(ranks), (2 + 2.5) / 2);
}

TEST(Retrieval, recall_at_the_librarys_size_is_one) {
  const Embeddings queries = coarse_embeddings(60, 3, 6), library = coarse_embeddings(60, 3, 7);
  const Ranks ranks = rank_partners(queries, library, counting(60));
  EXPECT_DOUBLE_EQ(recall_at_k(ranks, 60), 1);
  EXPECT_LT(recall_at_k(ranks, 30), 1);
}

TEST(Retrieval, embeddings_that_know_nothing_score_as_chance) {
  const Embeddings same{100, 4, std::vector<float>(400, 0.5f)};
  const RetrievalScores scores = score_retrieval(same, same);
  EXPECT_NEAR(scores.lagrangian_to_eulerian.recall.at(1), 0.01, kFewRoundings);
  EXPECT_NEAR(scores.eulerian_to_lagrangian.recall.at(5), 0.05, kFewRoundings);
  EXPECT_DOUBLE_EQ(scores.lagrangian_to_eulerian.median_rank, 50.5);
}

TEST(Retrieval, directions_are_not_swapped) {
  // Every trajectory embeds as flow 0: its own flow is found for one query in three; each flow
  // finds all trajectories tied.
  const Embeddings eulerian{3, 3, {1, 0, 0, 0, 1, 0, 0, 0, 1}};
  const Embeddings lagrangian{3, 3, {1, 0, 0, 1, 0, 0, 1, 0, 0}};
  const RetrievalScores scores = score_retrieval(eulerian, lagrangian);
  // Trajectory 0 finds flow 0; for the others flow 0 is better and the two left tie.
  EXPECT_DOUBLE_EQ(scores.lagrangian_to_eulerian.median_rank, 2.5);
  EXPECT_DOUBLE_EQ(scores.eulerian_to_lagrangian.median_rank, 2);
}

TEST(Retrieval, embeddings_that_are_not_finite_are_refused) {
  const Embeddings whole = random_embeddings(6, 4, 1);
  for (const float bad : {std::nanf(""), INFINITY}) {
    Embeddings damaged = whole;
    damaged.values[9] = bad;
    EXPECT_THROW(rank_partners(damaged, whole, counting(6)), Error);
    EXPECT_THROW(rank_partners(whole, damaged, counting(6)), Error);
    EXPECT_THROW(score_retrieval(whole, damaged), Error);
    EXPECT_THROW(search_top_k(damaged, whole, 2), Error);
    EXPECT_THROW(search_top_k(whole, damaged, 2), Error);
  }
}

TEST(Retrieval, dimensions_that_differ_are_refused_before_rows_are_read) {
  EXPECT_THROW(score_errors(random_embeddings(5, 4, 1), random_embeddings(5, 3, 2)), Error);
}

TEST(TopK, equals_brute_force_with_ties_by_row) {
  for (const auto& [queries, library] :
       {std::pair(random_embeddings(40, 11, 1), random_embeddings(5000, 11, 2)),
        std::pair(coarse_embeddings(40, 3, 3), coarse_embeddings(5000, 3, 4))}) {
    for (const std::int64_t k : {1, 7, 300}) {
      const TopK top = search_top_k(queries, library, k);
      for (std::int64_t i = 0; i < queries.n; ++i) {
        std::vector<std::pair<double, std::int64_t>> all;
        for (std::int64_t j = 0; j < library.n; ++j) {
          all.emplace_back(-inner_product(queries.row(i), library.row(j)), j);
        }
        std::sort(all.begin(), all.end());
        for (std::int64_t r = 0; r < k; ++r) {
          ASSERT_EQ(top.rows[i * k + r], all[r].second);
          ASSERT_EQ(top.scores[i * k + r], static_cast<float>(-all[r].first));
        }
      }
    }
  }
}

TEST(TopK, more_than_the_library_is_refused) {
  const Embeddings library = random_embeddings(5, 3, 1);
  EXPECT_THROW(search_top_k(library, library, 6), Error);
  EXPECT_THROW(search_top_k(library, library, 0), Error);
  EXPECT_THROW(search_top_k(random_embeddings(5, 4, 1), library, 1), Error);
}

TEST(Posterior, weights_are_the_softmax_of_scores) {
  const Embeddings library{3, 2, {1, 0, 0, 1, 1, 1}};
  const std::vector<float> query = {1, 2};
  const Posterior result = posterior(query, library, 0.5);
  const double a = std::exp(2.0), b = std::exp(4.0), c = std::exp(6.0), sum = a + b + c;
  EXPECT_NEAR(result.weights[0], a / sum, kFewRoundings);
  EXPECT_NEAR(result.weights[1], b / sum, kFewRoundings);
  EXPECT_NEAR(result.weights[2], c / sum, kFewRoundings);
}

TEST(Posterior, weights_sum_to_one_at_any_temperature) {
  const Embeddings library = random_embeddings(1000, 8, 1);
  for (const double temperature : {1e-4, 0.07, 10.0}) {
    const Posterior result = posterior(library.row(3), library, temperature);
    EXPECT_NEAR(std::accumulate(result.weights.begin(), result.weights.end(), 0.0), 1,
                lagoon::tests::kRoundingRelative);
  }
}

TEST(Posterior, effective_sample_size_runs_from_one_to_all) {
  const Embeddings same{50, 1, std::vector<float>(50, 1.0f)};
  EXPECT_NEAR(posterior(same.row(0), same, 0.07).effective_sample_size, 50, 50 * kFewRoundings);
  Embeddings one = same;
  one.values[7] = 100;
  EXPECT_NEAR(posterior(same.row(0), one, 0.01).effective_sample_size, 1, kFewRoundings);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
