#include "contrastive/bridging/monte_carlo.hpp"

#include <gtest/gtest.h>

#include "contrastive/threads.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/bridging/oracles.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kBridgeSum;

constexpr Critic kCritics[] = {Critic::cosine, Critic::dot, Critic::l2};

struct Problem {
  Embeddings a = random_embeddings(7, 5, 1);
  Embeddings b = random_embeddings(3000, 5, 2);
  Embeddings b_prime = random_embeddings(3000, 4, 3);
  Embeddings c = random_embeddings(9, 4, 4);
};

Embeddings rows_of(const Embeddings& all, std::int64_t first, std::int64_t count) {
  const auto* begin = all.values.data() + first * all.dim;
  return {count, all.dim, {begin, begin + count * all.dim}};
}

TEST(MonteCarlo, direct_scores_are_link_scores_row_by_row) {
  const Embeddings a = random_embeddings(300, 6, 1), c = random_embeddings(5, 6, 2);
  for (const Critic critic : kCritics) {
    const Link link{critic, 2.5};
    const ScoreGrid grid = direct_scores(a, c, link);
    for (std::int64_t i = 0; i < a.n; ++i) {
      for (std::int64_t j = 0; j < c.n; ++j) {
        EXPECT_NEAR(grid(i, j), link_score(link, a.row(i), c.row(j)), kBridgeSum);
      }
    }
  }
}

TEST(MonteCarlo, critics_are_what_they_are_called) {
  const std::vector<float> x = {3, 4}, y = {1, 0};
  EXPECT_DOUBLE_EQ(link_score({Critic::cosine, 2}, x, y), 2 * 3. / 5);
  EXPECT_DOUBLE_EQ(link_score({Critic::dot, 2}, x, y), 2 * 3.);
  EXPECT_DOUBLE_EQ(link_score({Critic::l2, 2}, x, y), -2 * (4. + 16.) / 2);
  for (const Critic critic : kCritics) EXPECT_EQ(parse_critic(to_string(critic)), critic);
  EXPECT_THROW(parse_critic("manhattan"), Error);
}

/// Scales from none to where every product of a piece underflows: at 3e5 the best terms of a cell
/// lie thousands of nats below its row's and its column's.
TEST(MonteCarlo, equals_the_naive_sum_at_any_scale) {
  const Problem p;
  for (const Critic left : kCritics) {
    for (const Critic right : kCritics) {
      for (const double scale : {0.0, 1.0, 30.0, -20.0, 1e3, 3e5}) {
        const Link ab{left, scale}, bc{right, 2 * scale};
        EXPECT_LT(largest_difference(monte_carlo_scores(p.a, p.b, ab, p.b_prime, p.c, bc),
                                     plain_monte_carlo(p.a, p.b, ab, p.b_prime, p.c, bc)),
                  kBridgeSum)
            << to_string(left) << ", " << to_string(right) << " at " << scale;
      }
    }
  }
}

/// Two samples a cell, a thousand nats apart from one another: log-sum-exp is their maximum.
TEST(MonteCarlo, cells_that_underflow_are_streamed) {
  const Embeddings a{1, 1, {1}}, c{1, 1, {-1}}, b{2, 1, {1, -1}};
  const Link link{Critic::dot, 1e3};
  EXPECT_NEAR(monte_carlo_scores(a, b, link, b, c, link)(0, 0), 0, kBridgeSum);
  const Link steep{Critic::dot, 900};
  EXPECT_NEAR(monte_carlo_scores(a, b, link, b, c, steep)(0, 0), 100 - std::log(2.0), kBridgeSum);
}

TEST(MonteCarlo, stretches_of_a_pool_add_up_to_the_whole) {
  const Problem p;
  const Link ab{Critic::l2, 3}, bc{Critic::cosine, 8};
  MonteCarloSum sum(p.a, ab, p.c, bc);
  for (std::int64_t first = 0; first < p.b.n; first += 700) {
    sum.add(p.b, p.b_prime, first, std::min<std::int64_t>(700, p.b.n - first));
  }
  EXPECT_EQ(sum.samples(), p.b.n);
  EXPECT_LT(largest_difference(sum.scores(), monte_carlo_scores(p.a, p.b, ab, p.b_prime, p.c, bc)),
            kBridgeSum);
}

TEST(MonteCarlo, bits_do_not_depend_on_threads) {
  const Embeddings a = random_embeddings(400, 5, 1);
  const Problem p;
  const Link link{Critic::dot, 2};
  set_threads(1);
  const auto one = monte_carlo_scores(a, p.b, link, p.b_prime, p.c, link).values;
  set_threads(3);
  const auto three = monte_carlo_scores(a, p.b, link, p.b_prime, p.c, link).values;
  set_threads(0);
  EXPECT_EQ(one, three);
}

TEST(MonteCarlo, self_normalized_scores_forget_offsets_of_either_link) {
  const Problem p;
  const Link ab{Critic::dot, 1.5}, bc{Critic::l2, 2};
  const ScoreGrid got = self_normalized_scores(p.a, p.b, ab, p.b_prime, p.c, bc);
  ScoreGrid expected = plain_monte_carlo(p.a, p.b, ab, p.b_prime, p.c, bc);
  const Embeddings nobody{p.b.n, 1, std::vector<float>(static_cast<std::size_t>(p.b.n))};
  const Embeddings one{1, 1, {0}};
  const auto rows = plain_monte_carlo(p.a, p.b, ab, nobody, one, {Critic::dot, 1});
  const auto cols = plain_monte_carlo(one, nobody, {Critic::dot, 1}, p.b_prime, p.c, bc);
  for (std::int64_t i = 0; i < got.rows; ++i) {
    for (std::int64_t j = 0; j < got.cols; ++j) {
      expected.values[i * got.cols + j] -= rows(i, 0) + cols(0, j);
    }
  }
  EXPECT_LT(largest_difference(got, expected), kBridgeSum);
}

/// (sum w)^2 / sum w^2 and the delta method's standard error, term by term.
TEST(MonteCarlo, error_bars_are_those_of_the_terms) {
  const Problem p;
  for (const double scale : {0.0, 2.0, 2e3}) {
    const Link ab{Critic::dot, scale}, bc{Critic::cosine, scale};
    const auto got = monte_carlo_estimate(p.a, p.b, ab, p.b_prime, p.c, bc);
    const auto n = static_cast<double>(p.b.n);
    for (std::int64_t i = 0; i < p.a.n; ++i) {
      for (std::int64_t j = 0; j < p.c.n; ++j) {
        auto logs = plain_terms(p.a.row(i), p.b, ab, p.b_prime, p.c.row(j), bc);
        const double first = plain_log_sum(logs);
        for (double& x : logs) x *= 2;
        const double effective = std::exp(2 * first - plain_log_sum(logs));
        EXPECT_NEAR(got.effective_samples(i, j) / effective, 1, kBridgeSum);
        EXPECT_NEAR(got.standard_errors(i, j), std::sqrt(std::max(0.0, 1 / effective - 1 / n)),
                    kBridgeSum);
      }
    }
  }
}

TEST(MonteCarlo, what_does_not_fit_is_refused) {
  const Problem p;
  const Link link{Critic::cosine, 1};
  const auto scores = [&](const Embeddings& a, const Embeddings& b, const Embeddings& b_prime) {
    return monte_carlo_scores(a, b, link, b_prime, p.c, link);
  };
  EXPECT_THROW(scores(p.a, p.b_prime, p.b_prime), Error);            // dimensions
  EXPECT_THROW(scores(p.a, rows_of(p.b, 0, 10), p.b_prime), Error);  // samples
  EXPECT_THROW(scores(p.a, rows_of(p.b, 0, 0), rows_of(p.b_prime, 0, 0)), Error);
  Embeddings bad = p.a;
  bad.values[3] = std::nanf("");
  EXPECT_THROW(scores(bad, p.b, p.b_prime), Error);
  bad = p.a;
  std::fill_n(bad.values.begin(), bad.dim, 0.0F);
  EXPECT_THROW(scores(bad, p.b, p.b_prime), Error);  // no direction
}

}  // namespace
}  // namespace lagoon::contrastive::tests
