#include "contrastive/bridging/decision/decision.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "contrastive/bridging/decision/score_choices.hpp"
#include "contrastive/bridging/grid_ranks.hpp"
#include "contrastive/bridging/monte_carlo.hpp"
#include "contrastive/diagnostics/sphere_law.hpp"
#include "flow/error.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

ScoreGrid grid(std::int64_t rows, std::vector<double> values) {
  const auto cols = static_cast<std::int64_t>(values.size()) / rows;
  return {rows, cols, std::move(values)};
}

TEST(ScoreChoices, agreement_is_of_the_best_columns) {
  const auto one = grid(2, {1, 2, 3, 9, 8, 7});
  const auto other = grid(2, {0, 0, 5, 0, 1, 0});
  EXPECT_EQ(choices(one), (std::vector<std::int64_t>{2, 0}));
  EXPECT_EQ(agreement(one, one).value, 1);
  EXPECT_EQ(agreement(one, other).value, 0.5);
  EXPECT_THROW(agreement(one, grid(3, {1, 2, 3, 4, 5, 6})), Error);
}

/// Two pools together are one pool.
TEST(ScoreChoices, the_mean_of_half_pools_is_the_pool) {
  const Embeddings a = draw_directions(9, 5, 1), c = draw_directions(7, 5, 2),
                   b = draw_directions(40, 5, 3);
  const Link link{Critic::cosine, 12};
  MonteCarloSum first(a, link, c, link), second(a, link, c, link);
  first.add(b, b, 0, 20);
  second.add(b, b, 20, 20);
  const auto whole = monte_carlo_scores(a, b, link, b, c, link);
  const auto joined = log_mean(first.scores(), second.scores());
  for (std::size_t i = 0; i < whole.values.size(); ++i)
    EXPECT_NEAR(joined.values[i], whole.values[i], tests::kBridgeSum);
}

/// Frequencies of draws against the softmax.
TEST(ScoreChoices, pseudo_pairs_are_drawn_by_their_scores) {
  constexpr std::int64_t kSamples = 4000;
  ScoreGrid from_rows{3, kSamples, {}}, to_cols{kSamples, 2, {}};
  for (const double weight : {1.0, 2.0, 5.0})
    from_rows.values.insert(from_rows.values.end(), kSamples, std::log(weight));
  for (std::int64_t m = 0; m < kSamples; ++m)
    to_cols.values.insert(to_cols.values.end(), {std::log(3.0), 0});
  const auto pairs = draw_pseudo_pairs(from_rows, to_cols, 4);
  const auto share = [](const std::vector<std::int64_t>& values, std::int64_t value) {
    return static_cast<double>(std::count(values.begin(), values.end(), value)) / kSamples;
  };
  const double error = 0.5 / std::sqrt(double{kSamples});
  EXPECT_NEAR(share(pairs.rows, 2), 0.625, tests::kFourErrors * error);
  EXPECT_NEAR(share(pairs.rows, 0), 0.125, tests::kFourErrors * error);
  EXPECT_NEAR(share(pairs.cols, 0), 0.75, tests::kFourErrors * error);
}

TEST(ScoreChoices, recall_of_pseudo_pairs_counts_ties_and_equal_columns_once) {
  const auto scores = grid(3, {5, 1, 0, 2, 2, 0, 0, 9, 1});
  EXPECT_EQ(pseudo_recall(scores, {{0, 1, 2}, {0, 1, 2}}, 3).value, (1 + 0.5 + 0) / 3);
  // Row 2's column 1 is its best, twice the same candidate.
  EXPECT_EQ(pseudo_recall(scores, {{2, 0}, {1, 1}}, 2).value, 1);
  EXPECT_THROW(pseudo_recall(scores, {{0}, {0}}, 3), Error);
}

/// A and C about the same b by the critics' own law: a von Mises-Fisher law by a step along b.
struct Cloud {
  Embeddings a, b, c;
};

Embeddings near(const Embeddings& centres, double step, std::uint64_t seed) {
  Embeddings rows = draw_directions(centres.n, centres.dim, seed);
  for (std::size_t i = 0; i < rows.values.size(); ++i)
    rows.values[i] += static_cast<float>(step) * centres.values[i];
  return rows;
}

Cloud cloud_on_the_sphere(std::int64_t dim) {
  const Embeddings centres = draw_directions(300, dim, 1);
  return {near(centres, 4, 2), draw_directions(600, dim, 3), near(centres, 4, 4)};
}

TEST(Decision, a_uniform_bridge_that_is_shared_is_compared_directly) {
  const auto [a, b, c] = cloud_on_the_sphere(8);
  const Link link{Critic::cosine, 20};
  const auto evidence = gather_evidence({a, b, link, b, c, link}, {.threads = 1});
  EXPECT_EQ(evidence.shared_encoder.value, 1);
  EXPECT_GT(evidence.bridge_cosines.p_value, 0.01);
  const auto decision = decide(evidence);
  EXPECT_TRUE(decision.direct) << decision.margin;
  EXPECT_EQ(decision.samples, 0);
}

/// Coordinates of the second space in another order: b' and c moved together.
Embeddings turned(const Embeddings& rows) {
  Embeddings result = rows;
  for (std::int64_t i = 0; i < rows.n; ++i)
    for (std::int64_t j = 0; j < rows.dim; ++j)
      result.values[i * rows.dim + (j + 3) % rows.dim] = rows.values[i * rows.dim + j];
  return result;
}

TEST(Decision, encoders_of_other_spaces_need_the_bridge) {
  const auto [a, b, c] = cloud_on_the_sphere(8);
  const Link link{Critic::cosine, 20};
  const auto b_prime = turned(b), c_prime = turned(c);
  const auto evidence = gather_evidence({a, b, link, b_prime, c_prime, link}, {.threads = 1});
  EXPECT_LT(evidence.shared_encoder.value, 0.1);
  EXPECT_LT(evidence.direct_agreement.value, 0.2);
  const auto decision = decide(evidence);
  EXPECT_FALSE(decision.direct) << decision.margin;
  EXPECT_GT(decision.samples, 0);
}

/// Every plane of two coordinates turned by an angle.
Embeddings turned_by(const Embeddings& rows, double angle) {
  Embeddings result = rows;
  for (std::size_t i = 0; i + 1 < rows.values.size(); i += 2) {
    const double x = rows.values[i], y = rows.values[i + 1];
    result.values[i] = static_cast<float>(std::cos(angle) * x - std::sin(angle) * y);
    result.values[i + 1] = static_cast<float>(std::sin(angle) * x + std::cos(angle) * y);
  }
  return result;
}

double recall(const ScoreGrid& scores) {
  return recall_at_k(diagonal_ranks(scores), 1);
}

/// The second pair's encoders drift away from the first's by a rotation, which changes no
/// Monte-Carlo score: at some angle the estimators change places, and so must the decision, which
/// is told neither critic nor angle nor partners.
TEST(Decision, turns_where_the_better_estimator_does) {
  const auto [a, b, c] = cloud_on_the_sphere(8);
  const Link link{Critic::cosine, 20};
  const double monte_carlo = recall(monte_carlo_scores(a, b, link, b, c, link));
  int direct = 0, bridged = 0;
  for (double angle = 0; angle < 1.5; angle += 0.2) {
    const auto b_prime = turned_by(b, angle), c_prime = turned_by(c, angle);
    const double difference = recall(direct_scores(a, c_prime, link)) - monte_carlo;
    if (std::abs(difference) <= 0.05) continue;
    const auto evidence = gather_evidence({a, b, link, b_prime, c_prime, link}, {.threads = 1});
    EXPECT_EQ(decide(evidence).direct, difference > 0) << angle << " " << difference;
    ++(difference > 0 ? direct : bridged);
  }
  EXPECT_GE(direct, 2);
  EXPECT_GE(bridged, 2);
}

TEST(Decision, other_dimensions_leave_no_direct_score) {
  const Embeddings a = draw_directions(60, 5, 1), c = draw_directions(60, 7, 2),
                   b = draw_directions(400, 5, 3), b_prime = draw_directions(400, 7, 4);
  const Link link{Critic::cosine, 3};
  const auto evidence = gather_evidence({a, b, link, b_prime, c, link}, {.threads = 1});
  EXPECT_FALSE(evidence.comparable);
  EXPECT_FALSE(decide(evidence).direct);
}

/// exp(k t) over uniform directions: the weights of a row are a von Mises-Fisher law, its
/// divergence the information, for a pool that is large beside exp(information).
TEST(Decision, information_is_that_of_the_links) {
  const Embeddings a = draw_directions(64, 4, 1), b = draw_directions(20000, 4, 3);
  const Link link{Critic::cosine, 6}, nothing{Critic::cosine, 1e-6};
  const auto evidence =
      gather_evidence({a, b, link, b, a, nothing}, {.rows = 64, .pseudo_pairs = 64, .threads = 1});
  EXPECT_NEAR(evidence.information_ab, divergence_of_von_mises_fisher(4, 6), 0.02);
  EXPECT_NEAR(evidence.information_bc, 0, 1e-6);
  EXPECT_EQ(evidence.samples, 20000);
}

TEST(Decision, small_pools_and_few_rows_are_refused) {
  const Embeddings few = draw_directions(30, 4, 1), enough = draw_directions(80, 4, 2);
  const Link link;
  EXPECT_THROW(gather_evidence({few, enough, link, enough, enough, link}), Error);
  EXPECT_THROW(gather_evidence({enough, few, link, few, enough, link}), Error);
  EXPECT_THROW(gather_evidence({enough, enough, link, draw_directions(70, 4, 3), enough, link}),
               Error);
}

}  // namespace
}  // namespace lagoon::contrastive
