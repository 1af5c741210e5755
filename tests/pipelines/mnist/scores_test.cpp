// What the study says of an encoder, against direct sums.
#include "pipelines/mnist/scores.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

using contrastive::LabelScores;
using datasets::Digits;
using lagoon::tests::kRoundingRelative;

/// Twelve images of three labels and unlike scores.
struct Labelled {
  std::vector<std::int64_t> labels = {0, 1, 2, 0, 1, 0, 2, 0, 1, 0, 1, 0};
  LabelScores scores{12, 3, {}};

  Labelled() {
    for (int i = 0; i < 36; ++i) scores.values.push_back(3 * std::sin(i * i));
  }

  std::vector<double> shares() const { return contrastive::label_shares(labels, 3); }
};

TEST(FullSumLoss, is_the_double_sum) {
  const Labelled all;
  const auto z = [&](std::size_t i, std::size_t v) { return all.scores.values[3 * i + v]; };
  const auto expected = [&](double lambda_u, double lambda_v) {
    double sum = 0;
    for (std::size_t i = 0; i < 12; ++i) {
      const auto label = static_cast<std::size_t>(all.labels[i]);
      double over_images = 0, over_labels = 0;
      for (std::size_t j = 0; j < 12; ++j) {
        over_images += std::exp(z(j, label)) / 12;
        over_labels += std::exp(z(i, static_cast<std::size_t>(all.labels[j]))) / 12;
      }
      sum -= lambda_u / 2 * (z(i, label) - std::log(over_images)) +
             lambda_v / 2 * (z(i, label) - std::log(over_labels));
    }
    return sum / 12;
  };
  for (const auto& [u, v] : {std::pair{0.0, 2.0}, {2.0, 0.0}, {1.0, 1.0}}) {
    EXPECT_NEAR(full_sum_loss(all.scores, all.labels, all.shares(), u, v), expected(u, v),
                10 * kRoundingRelative);
  }
}

TEST(FullSumLoss, is_least_minus_the_entropy_of_the_label) {
  const Labelled all;
  const auto shares = all.shares();
  const double least = -entropy(shares);
  EXPECT_NEAR(least, 0.5 * std::log(0.5) + std::log(1.0 / 3) / 3 + std::log(1.0 / 6) / 6,
              kRoundingRelative);
  LabelScores sure{12, 3, std::vector<double>(36, -50)};
  for (std::size_t i = 0; i < 12; ++i) {
    const auto label = static_cast<std::size_t>(all.labels[i]);
    sure.values[3 * i + label] = -std::log(shares[label]);  // log pi(v|u) / pi(v)
  }
  for (const auto& [u, v] : {std::pair{0.0, 2.0}, {2.0, 0.0}, {1.0, 1.0}}) {
    EXPECT_NEAR(full_sum_loss(sure, all.labels, shares, u, v), least, 10 * kRoundingRelative);
    EXPECT_GT(full_sum_loss(all.scores, all.labels, shares, u, v), least);
  }
}

TEST(Entropy, is_that_of_the_published_training_labels) {
  const std::vector<double> counts = {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949};
  std::vector<double> shares;
  for (const double n : counts) shares.push_back(n / 60000);
  EXPECT_NEAR(entropy(shares), 2.301159, 1e-6 / 2);
  EXPECT_EQ(entropy(std::vector<double>{1, 0}), 0);
}

TEST(Ambiguous, images_are_those_of_the_largest_mean_entropy) {
  std::vector<LossScores> all(2);
  for (auto& scores : all) {
    scores.test.labels.assign(3, 0);
    scores.test.probabilities.assign(30, 0);
    for (std::size_t i = 0; i < 3; ++i) scores.test.probabilities[10 * i] = 1;
  }
  all[0].test.probabilities[10] = all[0].test.probabilities[11] = 0.5;
  all[1].test.probabilities[10] = all[1].test.probabilities[11] = 0.5;
  all[0].test.probabilities[20] = all[0].test.probabilities[21] = 0.5;
  EXPECT_EQ(most_ambiguous(all, 2), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(most_ambiguous(all, 9).size(), 3u);
}

Digits five_digits() {
  Digits digits;
  digits.labels = {9, 3, 7, 0, 6};
  for (std::int64_t i = 0; i < 5; ++i) {
    digits.pixels.insert(digits.pixels.end(), Digits::kPixels, static_cast<std::uint8_t>(i));
  }
  return digits;
}

TEST(ChosenDigits, keep_images_beside_their_labels) {
  const Digits few = with_labels_below(five_digits(), 7);
  EXPECT_EQ(few.labels, (std::vector<std::int64_t>{3, 0, 6}));
  EXPECT_EQ(few.image(0)[0], 1);
  EXPECT_EQ(few.image(2)[783], 4);
  EXPECT_EQ(first_digits(five_digits(), 2).labels, (std::vector<std::int64_t>{9, 3}));
  EXPECT_EQ(first_digits(five_digits(), 2).pixels.size(), 2u * 784);
  EXPECT_EQ(first_digits(five_digits(), 0).n(), 5);
  EXPECT_EQ(first_digits(five_digits(), 9).n(), 5);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
