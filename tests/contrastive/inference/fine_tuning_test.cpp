#include "contrastive/inference/fine_tuning.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "contrastive/threads.hpp"
#include "flow/error.hpp"
#include "flow/random.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using lagoon::tests::kDifferenceStep;
using lagoon::tests::kFewRoundings;
using lagoon::tests::kFineTunedLoss;
using lagoon::tests::kFineTunedWeights;
using lagoon::tests::kLossDifference;

constexpr std::int64_t kLabels = 4, kDim = 3;
constexpr double kTrainedTemperature = 0.5;

/// Queries with labels drawn from a model of their own, so that no hyperplane separates them.
struct Pairs {
  explicit Pairs(std::int64_t n) : queries(random_embeddings(n, kDim, 11)) {
    truth.G = MatrixXd::NullaryExpr(kDim, kLabels, [](Eigen::Index i, Eigen::Index v) {
      return std::sin(static_cast<double>(1 + i + 5 * v));
    });
    truth.F = VectorXd::LinSpaced(kLabels, -0.5, 1);
    truth.temperature = kTrainedTemperature;
    const Classification law = classify(label_scores(truth, queries));
    for (std::int64_t i = 0; i < n; ++i) {
      double left = flow::uniform(3, flow::Purpose::test, static_cast<std::uint64_t>(i), 0);
      std::int64_t label = 0;
      while (label + 1 < kLabels && (left -= law.probabilities[i * kLabels + label]) > 0) ++label;
      labels.push_back(label);
    }
  }

  LabelModel truth;
  Embeddings queries;
  std::vector<std::int64_t> labels;
};

LabelModel blank() {
  return {MatrixXd::Zero(kDim, kLabels), VectorXd::Zero(kLabels), kTrainedTemperature};
}

/// Logistic regression by plain gradient descent, a number at a time: the oracle.
LabelModel descend(const Pairs& pairs, double ridge, int steps, double rate) {
  std::vector<double> w(kDim * kLabels), f(kLabels);  // (dim, label), (label)
  const auto n = static_cast<double>(pairs.queries.n);
  for (int step = 0; step < steps; ++step) {
    std::vector<double> slope_w(w.size()), slope_f(f.size());
    for (std::int64_t i = 0; i < pairs.queries.n; ++i) {
      std::vector<double> p(kLabels);
      double sum = 0;
      for (std::int64_t v = 0; v < kLabels; ++v) {
        double score = f[v];
        for (std::int64_t k = 0; k < kDim; ++k)
          score += w[k * kLabels + v] * pairs.queries.row(i)[k];
        sum += p[v] = std::exp(score);
      }
      for (std::int64_t v = 0; v < kLabels; ++v) {
        const double error = p[v] / sum - (v == pairs.labels[i] ? 1 : 0);
        slope_f[v] += error / n;
        for (std::int64_t k = 0; k < kDim; ++k)
          slope_w[k * kLabels + v] += error * pairs.queries.row(i)[k] / n;
      }
    }
    for (std::size_t k = 0; k < w.size(); ++k) w[k] -= rate * (slope_w[k] + ridge * w[k]);
    for (std::size_t v = 0; v < f.size(); ++v) f[v] -= rate * slope_f[v];
  }
  const MatrixXd columns = Eigen::Map<const MatrixXd>(w.data(), kLabels, kDim).transpose();
  return {columns * kTrainedTemperature, Eigen::Map<const VectorXd>(f.data(), kLabels),
          kTrainedTemperature};
}

double largest_difference(const LabelModel& a, const LabelModel& b) {
  return std::max((a.G - b.G).cwiseAbs().maxCoeff(), (a.F - b.F).cwiseAbs().maxCoeff());
}

TEST(FineTuning, is_logistic_regression_on_frozen_features) {
  const Pairs pairs(300);
  for (const double ridge : {0.0, 0.05}) {
    const FineTuned found = fine_tune(blank(), pairs.queries, pairs.labels, {.ridge = ridge});
    EXPECT_TRUE(found.converged);
    EXPECT_LE(found.gradient_norm, 1e-6);
    EXPECT_LT(largest_difference(found.model, descend(pairs, ridge, 3000, 1.0)), kFineTunedWeights)
        << ridge;
  }
}

TEST(FineTuning, the_loss_is_the_cross_entropy_over_labels_less_log_k) {
  const Pairs pairs(100);
  EXPECT_NEAR(fine_tuning_loss(blank(), pairs.queries, pairs.labels), 0, kFewRoundings);
  const auto law = classify(label_scores(pairs.truth, pairs.queries)).probabilities;
  double expected = -std::log(4.0);
  for (std::int64_t i = 0; i < 100; ++i)
    expected -= std::log(law[i * kLabels + pairs.labels[i]]) / 100;
  EXPECT_NEAR(fine_tuning_loss(pairs.truth, pairs.queries, pairs.labels), expected, kFewRoundings);
}

TEST(FineTuning, the_gradient_is_the_slope_of_the_loss) {
  const Pairs pairs(60);
  MatrixXd gradient;
  fine_tuning_loss(pairs.truth, pairs.queries, pairs.labels, &gradient);
  ASSERT_EQ(gradient.rows(), kDim + 1);
  const auto loss_at = [&](Eigen::Index row, Eigen::Index label, double step) {
    LabelModel model = pairs.truth;
    if (row < kDim)
      model.G(row, label) += step * kTrainedTemperature;
    else
      model.F[label] += step;
    return fine_tuning_loss(model, pairs.queries, pairs.labels);
  };
  for (Eigen::Index row = 0; row <= kDim; ++row)
    for (Eigen::Index label = 0; label < kLabels; ++label) {
      const double slope =
          (loss_at(row, label, kDifferenceStep) - loss_at(row, label, -kDifferenceStep)) /
          (2 * kDifferenceStep);
      EXPECT_NEAR(gradient(row, label), slope, kLossDifference);
    }
}

// Where no probability could do better, labels and features come as often as the model says.
TEST(FineTuning, moments_match_at_the_minimum) {
  const Pairs pairs(3000);
  const FineTuned found = fine_tune(pairs.truth, pairs.queries, pairs.labels);
  const auto law = classify(label_scores(found.model, pairs.queries)).probabilities;
  MatrixXd excess = MatrixXd::Zero(kDim + 1, kLabels);
  for (std::int64_t i = 0; i < pairs.queries.n; ++i)
    for (std::int64_t v = 0; v < kLabels; ++v) {
      const double error = (law[i * kLabels + v] - (v == pairs.labels[i] ? 1 : 0)) / 3000;
      for (std::int64_t k = 0; k < kDim; ++k) excess(k, v) += error * pairs.queries.row(i)[k];
      excess(kDim, v) += error;
    }
  EXPECT_LT(excess.cwiseAbs().maxCoeff(), 2e-6);  // the tolerance asked for, features of order one
  EXPECT_LE(found.loss, fine_tuning_loss(pairs.truth, pairs.queries, pairs.labels));
  EXPECT_NEAR(found.loss, fine_tuning_loss(found.model, pairs.queries, pairs.labels),
              kFewRoundings);
}

TEST(FineTuning, starts_from_zero_shot_and_keeps_what_the_loss_does_not_see) {
  const Embeddings queries = random_embeddings(50, 6, 1), labels = random_embeddings(4, 6, 2);
  const LabelModel start = zero_shot(labels, kTrainedTemperature);
  const LabelScores scores = label_scores(start, queries);
  for (std::int64_t i = 0; i < queries.n; ++i)
    for (std::int64_t v = 0; v < labels.n; ++v)
      EXPECT_NEAR(scores.row(i)[v],
                  inner_product(queries.row(i), labels.row(v)) / kTrainedTemperature,
                  10 * kFewRoundings);

  const Pairs pairs(300);
  LabelModel pretrained = zero_shot(random_embeddings(kLabels, kDim, 5), kTrainedTemperature);
  pretrained.F.setConstant(2);
  const FineTuned found = fine_tune(pretrained, pairs.queries, pairs.labels);
  EXPECT_LT((found.model.G.rowwise().sum() - pretrained.G.rowwise().sum()).norm(), 1e-12);
  EXPECT_NEAR(found.model.F.sum(), pretrained.F.sum(), 1e-12);
  const FineTuned again = fine_tune(found.model, pairs.queries, pairs.labels);
  EXPECT_EQ(again.iterations, 0);
  const FineTuned stopped =
      fine_tune(pretrained, pairs.queries, pairs.labels, {.max_iterations = 0});
  EXPECT_FALSE(stopped.converged);
  EXPECT_LT(largest_difference(stopped.model, pretrained), 1e-12);
}

// Other starts, scales and temperatures, and a feature that is always zero, as behind a dead ReLU.
TEST(FineTuning, finds_the_same_law_however_it_is_parametrised) {
  const Pairs pairs(400);
  const auto law = [&](const FineTuned& found, const Embeddings& queries) {
    EXPECT_TRUE(found.converged);
    return classify(label_scores(found.model, queries)).probabilities;
  };
  const auto expected = law(fine_tune(blank(), pairs.queries, pairs.labels), pairs.queries);
  Embeddings scaled = pairs.queries;
  for (float& value : scaled.values) value *= 1024;
  Embeddings widened{pairs.queries.n, kDim + 1, {}};
  for (std::int64_t i = 0; i < pairs.queries.n; ++i) {
    const auto row = pairs.queries.row(i);
    widened.values.insert(widened.values.end(), row.begin(), row.end());
    widened.values.push_back(0);
  }
  LabelModel cold = blank();
  cold.temperature = 0.01;
  const LabelModel wide = {MatrixXd::Zero(kDim + 1, kLabels), VectorXd::Zero(kLabels), 1};
  for (const auto& found : {law(fine_tune(cold, pairs.queries, pairs.labels), pairs.queries),
                            law(fine_tune(pairs.truth, pairs.queries, pairs.labels), pairs.queries),
                            law(fine_tune(blank(), scaled, pairs.labels), scaled),
                            law(fine_tune(wide, widened, pairs.labels), widened)})
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(found[i], expected[i], kFineTunedWeights);
}

TEST(FineTuning, labels_in_another_order_change_columns_only) {
  const Pairs pairs(300);
  const std::vector<std::int64_t> order = {2, 0, 3, 1};  // old label -> new
  std::vector<std::int64_t> renamed;
  for (const std::int64_t label : pairs.labels) renamed.push_back(order[label]);
  const LabelModel a = fine_tune(blank(), pairs.queries, pairs.labels).model;
  const LabelModel b = fine_tune(blank(), pairs.queries, renamed).model;
  for (std::int64_t v = 0; v < kLabels; ++v) {
    EXPECT_LT((a.G.col(v) - b.G.col(order[v])).norm(), kFineTunedWeights);
    EXPECT_NEAR(a.F[v], b.F[order[v]], kFineTunedWeights);
  }
}

TEST(FineTuning, separable_labels_end_at_the_bound_and_a_ridge_keeps_weights_finite) {
  Embeddings queries = random_embeddings(80, kDim, 4);
  std::vector<std::int64_t> labels;
  for (std::int64_t i = 0; i < queries.n; ++i) {
    labels.push_back(i % 4);
    queries.values[i * kDim] += i % 4 < 2 ? 20.0F : -20.0F;
    queries.values[i * kDim + 1] += i % 2 == 0 ? 20.0F : -20.0F;
  }
  const FineTuned free = fine_tune(blank(), queries, labels);
  EXPECT_NEAR(free.loss, -std::log(4.0), kFineTunedLoss);
  EXPECT_EQ(accuracy(classify(label_scores(free.model, queries)).labels, labels), 1);
  const FineTuned held = fine_tune(blank(), queries, labels, {.ridge = 0.01});
  EXPECT_TRUE(held.converged);
  EXPECT_LT(held.model.G.norm(), 1);
  EXPECT_NEAR(held.loss,
              fine_tuning_loss(held.model, queries, labels) +
                  0.01 / 2 * (held.model.G / kTrainedTemperature).squaredNorm(),
              kFewRoundings);
}

// As for digits that pretraining has never seen.
TEST(FineTuning, adds_labels_without_an_embedding) {
  const Pairs pairs(2000);
  Embeddings pretrained{kLabels, kDim, std::vector<float>(kLabels * kDim)};
  for (Eigen::Index v = 0; v < 2; ++v)
    for (Eigen::Index k = 0; k < kDim; ++k)
      pretrained.values[v * kDim + k] = static_cast<float>(pairs.truth.G(k, v));
  const LabelModel start = zero_shot(pretrained, kTrainedTemperature);
  const FineTuned found = fine_tune(start, pairs.queries, pairs.labels);
  const auto share = [&](const LabelModel& model) {
    return accuracy(classify(label_scores(model, pairs.queries)).labels, pairs.labels);
  };
  EXPECT_GT(share(found.model), share(start) + 0.05);
  EXPECT_NEAR(share(found.model), share(pairs.truth), 0.02);
}

TEST(FineTuning, has_the_same_bits_on_any_number_of_threads) {
  const Pairs pairs(3000);
  set_threads(1);
  const FineTuned one = fine_tune(blank(), pairs.queries, pairs.labels);
  set_threads(3);
  const FineTuned three = fine_tune(blank(), pairs.queries, pairs.labels);
  set_threads(0);
  EXPECT_EQ(one.model.G, three.model.G);
  EXPECT_EQ(one.model.F, three.model.F);
}

TEST(FineTuning, refuses_what_it_cannot_fit) {
  const Pairs pairs(10);
  const auto fit = [&](const LabelModel& start, const Embeddings& queries,
                       const std::vector<std::int64_t>& labels,
                       double ridge = 0) { fine_tune(start, queries, labels, {.ridge = ridge}); };
  EXPECT_THROW(fit(blank(), {0, kDim, {}}, {}), Error);
  EXPECT_THROW(fit(blank(), pairs.queries, {1, 2}), Error);
  std::vector<std::int64_t> labels = pairs.labels;
  labels[3] = kLabels;
  EXPECT_THROW(fit(blank(), pairs.queries, labels), Error);
  labels[3] = -1;
  EXPECT_THROW(fit(blank(), pairs.queries, labels), Error);
  EXPECT_THROW(fit(blank(), random_embeddings(10, kDim + 1, 1), pairs.labels), Error);
  EXPECT_THROW(fit(blank(), pairs.queries, pairs.labels, -1), Error);
  LabelModel cold = blank();
  cold.temperature = 0;
  EXPECT_THROW(fit(cold, pairs.queries, pairs.labels), Error);
  Embeddings broken = pairs.queries;
  broken.values[4] = std::numeric_limits<float>::infinity();
  EXPECT_THROW(fit(blank(), broken, pairs.labels), Error);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
