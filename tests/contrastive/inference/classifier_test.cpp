#include "contrastive/inference/classifier.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "contrastive/inference/fine_tuning.hpp"
#include "flow/error.hpp"
#include "flow/random.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kFewRoundings;
using lagoon::tests::kFloatScores;

constexpr double kClassTemperature = 0.3;
const std::vector<double> kPrior = {0.5, 0.1, 0.25, 0.15};

LabelScores random_scores(std::int64_t n = 200) {
  return label_scores(zero_shot(random_embeddings(4, 6, 2), kClassTemperature),
                      random_embeddings(n, 6, 1));
}

void expect_same(const Classification& a, const Classification& b) {
  EXPECT_EQ(a.labels, b.labels);
  ASSERT_EQ(a.probabilities.size(), b.probabilities.size());
  for (std::size_t i = 0; i < a.probabilities.size(); ++i)
    EXPECT_NEAR(a.probabilities[i], b.probabilities[i], kFewRoundings);
}

/// A finite world in which everything is known: u takes kWorld values, v four.
constexpr std::int64_t kWorld = 50;
struct World {
  std::vector<double> prior_v = kPrior;
  std::vector<double> u_given_v;  // (u, v)
  std::vector<double> prior_u;

  World() : u_given_v(kWorld * 4), prior_u(kWorld) {
    for (std::int64_t v = 0; v < 4; ++v) {
      double sum = 0;
      for (std::int64_t u = 0; u < kWorld; ++u)
        sum += u_given_v[u * 4 + v] =
            flow::uniform(9, flow::Purpose::test, static_cast<std::uint64_t>(u * 4 + v), 0);
      for (std::int64_t u = 0; u < kWorld; ++u) {
        u_given_v[u * 4 + v] /= sum;
        prior_u[u] += prior_v[v] * u_given_v[u * 4 + v];
      }
    }
  }

  /// log p(u, v) / (p(u) p(v)), which every loss would learn, up to what it does not see.
  LabelScores log_rho() const {
    LabelScores scores{kWorld, 4, {}};
    for (std::int64_t i = 0; i < kWorld * 4; ++i)
      scores.values.push_back(std::log(u_given_v[i] / prior_u[i / 4]));
    return scores;
  }
};

TEST(Classifier, probabilities_are_the_softmax_of_scores_over_temperature) {
  const Embeddings queries = random_embeddings(50, 6, 1), labels = random_embeddings(4, 6, 2);
  const Classification found =
      classify(label_scores(zero_shot(labels, kClassTemperature), queries));
  for (std::int64_t i = 0; i < queries.n; ++i) {
    double sum = 0;
    std::vector<double> expected;
    for (std::int64_t v = 0; v < labels.n; ++v) {
      expected.push_back(
          std::exp(inner_product(queries.row(i), labels.row(v)) / kClassTemperature));
      sum += expected.back();
    }
    const auto best = std::max_element(expected.begin(), expected.end()) - expected.begin();
    EXPECT_EQ(found.labels[i], best);
    for (std::int64_t v = 0; v < labels.n; ++v)
      EXPECT_NEAR(found.probabilities[i * 4 + v], expected[v] / sum, kFewRoundings);
  }
}

// The quadratic tilting is an inner product of features, as every tilting is.
TEST(Classifier, takes_any_tilting) {
  const Embeddings z_u = random_embeddings(20, 3, 3), z_v = random_embeddings(4, 3, 4);
  Embeddings features_u{20, 5, {}}, features_v{4, 5, {}};
  const auto half_square = [](std::span<const float> z) { return -inner_product(z, z) / 2; };
  for (std::int64_t i = 0; i < z_u.n; ++i) {
    features_u.values.insert(features_u.values.end(), z_u.row(i).begin(), z_u.row(i).end());
    features_u.values.push_back(static_cast<float>(half_square(z_u.row(i))));
    features_u.values.push_back(1);
  }
  for (std::int64_t v = 0; v < z_v.n; ++v) {
    features_v.values.insert(features_v.values.end(), z_v.row(v).begin(), z_v.row(v).end());
    features_v.values.push_back(1);
    features_v.values.push_back(static_cast<float>(half_square(z_v.row(v))));
  }
  const LabelScores scores = label_scores(zero_shot(features_v, kClassTemperature), features_u);
  for (std::int64_t i = 0; i < z_u.n; ++i)
    for (std::int64_t v = 0; v < z_v.n; ++v) {
      double square = 0;
      for (std::int64_t k = 0; k < 3; ++k)
        square += std::pow(static_cast<double>(z_u.row(i)[k]) - z_v.row(v)[k], 2);
      EXPECT_NEAR(scores.row(i)[v], -square / (2 * kClassTemperature), kFloatScores);
    }
}

TEST(Classifier, a_constant_of_the_query_changes_nothing) {
  const LabelScores scores = random_scores();
  LabelScores moved = scores;
  for (std::size_t i = 0; i < moved.values.size(); ++i)
    moved.values[i] += 8 * static_cast<double>(i / 4 % 7);
  expect_same(classify(moved), classify(scores));
}

TEST(Classifier, labels_in_another_order_have_the_same_probabilities) {
  const Embeddings queries = random_embeddings(100, 6, 1), labels = random_embeddings(4, 6, 2);
  const std::vector<std::int64_t> order = {2, 0, 3, 1};
  Embeddings reordered{4, 6, {}};
  for (const std::int64_t label : order)
    reordered.values.insert(reordered.values.end(), labels.row(label).begin(),
                            labels.row(label).end());
  const Classification a = classify(label_scores(zero_shot(labels, kClassTemperature), queries));
  const Classification b = classify(label_scores(zero_shot(reordered, kClassTemperature), queries));
  for (std::int64_t i = 0; i < queries.n; ++i) {
    EXPECT_EQ(order[b.labels[i]], a.labels[i]);
    for (std::int64_t v = 0; v < 4; ++v)
      EXPECT_NEAR(b.probabilities[i * 4 + v], a.probabilities[i * 4 + order[v]], kFewRoundings);
  }
}

TEST(Classifier, the_uniform_prior_is_zero_shot_whatever_its_sum) {
  const LabelScores scores = random_scores();
  for (const double weight : {0.25, 1.0, 1e-300})
    expect_same(classify(with_prior(scores, std::vector<double>(4, weight))), classify(scores));
}

TEST(Classifier, the_prior_gives_the_posterior_of_bayes) {
  const World world;
  for (const std::vector<double>& prior : {kPrior, {0.01, 0.01, 0.01, 0.97}, {0, 1, 2, 0}}) {
    const Classification found = classify(with_prior(world.log_rho(), prior));
    for (std::int64_t u = 0; u < kWorld; ++u) {
      double evidence = 0;
      for (std::int64_t v = 0; v < 4; ++v) evidence += prior[v] * world.u_given_v[u * 4 + v];
      for (std::int64_t v = 0; v < 4; ++v)
        EXPECT_NEAR(found.probabilities[u * 4 + v],
                    prior[v] * world.u_given_v[u * 4 + v] / evidence, kFewRoundings);
      EXPECT_GT(prior[found.labels[u]], 0);
    }
  }
}

// What the loss for u|v learns is known up to a bias a label: recalibration finds it.
TEST(Classifier, recalibration_undoes_a_bias_of_every_label) {
  const World world;
  const Classification bayes = classify(with_prior(world.log_rho(), kPrior));
  LabelScores biased = world.log_rho();
  const std::vector<double> bias = {-3, 700, 0.5, -1200};
  for (std::size_t i = 0; i < biased.values.size(); ++i) biased.values[i] += bias[i % 4];
  EXPECT_LT(accuracy(classify(biased).labels, bayes.labels), 0.6);

  // A reference sample in which every u comes as often as the prior of u has it, but for rounding.
  LabelScores reference{0, 4, {}};
  constexpr double kReference = 20000;
  for (std::int64_t u = 0; u < kWorld; ++u)
    for (std::int64_t i = 0; i < std::lround(world.prior_u[u] * kReference); ++i, ++reference.n)
      reference.values.insert(reference.values.end(), biased.row(u).begin(), biased.row(u).end());
  const std::vector<double> normalizers = label_normalizers(reference);
  for (int v = 0; v < 4; ++v) EXPECT_NEAR(normalizers[v], bias[v], kWorld / kReference);

  const Classification found =
      classify(with_prior(recalibrated(biased, normalizers), world.prior_v));
  EXPECT_GE(accuracy(found.labels, bayes.labels), 0.98);
  for (std::size_t i = 0; i < found.probabilities.size(); ++i)
    EXPECT_NEAR(found.probabilities[i], bayes.probabilities[i], 2 * kWorld / kReference);
}

TEST(Classifier, recalibrated_scores_have_mean_one_and_no_memory_of_a_bias) {
  const LabelScores scores = random_scores();
  LabelScores biased = scores;
  for (std::size_t i = 0; i < biased.values.size(); ++i)
    biased.values[i] += 16 * static_cast<double>(i % 4);
  const LabelScores a = recalibrated(scores, label_normalizers(scores));
  const LabelScores b = recalibrated(biased, label_normalizers(biased));
  std::vector<double> means(4);
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    EXPECT_NEAR(a.values[i], b.values[i], 4 * kFewRoundings);
    means[i % 4] += std::exp(a.values[i]) / static_cast<double>(a.n);
  }
  for (const double mean : means) EXPECT_NEAR(mean, 1, kFewRoundings);
}

TEST(Classifier, shares_and_accuracy_count) {
  const std::vector<std::int64_t> labels = {2, 0, 2, 2, 1, 2, 0, 2};
  EXPECT_EQ(label_shares(labels, 4), (std::vector<double>{0.25, 0.125, 0.625, 0}));
  EXPECT_EQ(accuracy(std::vector<std::int64_t>{2, 0, 1, 2, 1, 2, 3, 3}, labels), 0.625);
}

TEST(Classifier, the_first_of_equal_labels_is_chosen) {
  const Classification found = classify({1, 3, {1, 5, 5}});
  EXPECT_EQ(found.labels, std::vector<std::int64_t>{1});
  EXPECT_EQ(found.probabilities[1], found.probabilities[2]);
}

TEST(Classifier, refuses_what_it_cannot_classify) {
  const Embeddings queries = random_embeddings(3, 6, 1), labels = random_embeddings(4, 6, 2);
  EXPECT_THROW(label_scores(zero_shot(random_embeddings(4, 5, 2), 1), queries), Error);
  EXPECT_THROW(label_scores(zero_shot({0, 6, {}}, 1), queries), Error);
  EXPECT_THROW(label_scores(zero_shot(labels, 0), queries), Error);
  Embeddings broken = queries;
  broken.values[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(label_scores(zero_shot(labels, 1), broken), Error);
  const LabelScores scores = label_scores(zero_shot(labels, 1), queries);
  EXPECT_THROW(with_prior(scores, std::vector<double>{1, 1, 1}), Error);
  EXPECT_THROW(with_prior(scores, std::vector<double>{1, 1, 1, -1}), Error);
  EXPECT_THROW(with_prior(scores, std::vector<double>(4)), Error);
  EXPECT_THROW(recalibrated(scores, std::vector<double>(3)), Error);
  EXPECT_THROW(label_normalizers({0, 4, {}}), Error);
  EXPECT_THROW(label_shares(std::vector<std::int64_t>{4}, 4), Error);
  EXPECT_THROW(label_shares(std::vector<std::int64_t>{-1}, 4), Error);
  EXPECT_THROW(accuracy({}, {}), Error);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
