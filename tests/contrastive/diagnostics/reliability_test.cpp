#include "contrastive/diagnostics/reliability.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

struct Answers {
  std::vector<double> confidence;
  std::vector<bool> right;
};

/// Right with probability truth(confidence).
template <typename Truth>
Answers draw_answers(int n, std::uint64_t seed, Truth truth) {
  std::mt19937_64 bits(seed);
  std::uniform_real_distribution<double> unit;
  Answers answers;
  for (int i = 0; i < n; ++i) {
    const double said = unit(bits);
    answers.confidence.push_back(said);
    answers.right.push_back(unit(bits) < truth(said));
  }
  return answers;
}

TEST(Reliability, p_values_of_calibrated_answers_are_uniform) {
  constexpr int kSets = 200;
  int low = 0;
  for (int s = 0; s < kSets; ++s) {
    const auto answers = draw_answers(300, 10 + s, [](double p) { return p; });
    low += measure_reliability(answers.confidence, answers.right, 49, 5 + s).p_value <= 0.2;
  }
  EXPECT_NEAR(low / double{kSets}, 0.2, 4 * std::sqrt(0.2 * 0.8 / kSets));
}

TEST(Reliability, finds_how_far_answers_are_off) {
  const auto answers = draw_answers(20000, 3, [](double p) { return 0.5 * p; });
  const auto found = measure_reliability(answers.confidence, answers.right);
  EXPECT_NEAR(found.expected_error, 0.25, 0.02);  // the mean of p / 2
  EXPECT_LT(found.if_calibrated, 0.02);
  EXPECT_LE(found.p_value, 0.01);
  // E (p - right)^2 = E p^2 - 2 p q + q with q = p / 2: 1/3 - 1/3 + 1/4.
  EXPECT_NEAR(found.brier.value, 0.25, 4 * found.brier.standard_error);
  ASSERT_EQ(found.bins.size(), 10u);
  for (const auto& bin : found.bins) {
    EXPECT_EQ(bin.n, 2000);
    EXPECT_NEAR(bin.accuracy.value, bin.confidence / 2, 0.05);
  }
}

TEST(Reliability, certain_and_right_is_perfect) {
  const auto found = measure_reliability({1, 1, 1}, {true, true, true});
  EXPECT_EQ(found.expected_error, 0);
  EXPECT_EQ(found.brier.value, 0);
  EXPECT_EQ(found.p_value, 1);
  EXPECT_THROW(measure_reliability({}, {}), Error);
  EXPECT_THROW(measure_reliability({0.5}, {}), Error);
}

}  // namespace
}  // namespace lagoon::contrastive
