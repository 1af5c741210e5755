#include "flow/scores/method_scores.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/law/law_options.hpp"
#include "tests/flow/scores/posteriors.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

TEST(Bootstrap, interval_of_a_mean_is_the_normal_one) {
  constexpr int kRows = 400;
  const Eigen::MatrixXd rows = tests::normal_draws(kRows, 1, 1);
  const Bootstrap bootstrap(rows, 1);
  const Estimate mean = bootstrap.estimate(mean_of(0));
  EXPECT_DOUBLE_EQ(mean.value, rows.mean());
  const double half_width = 1.96 * std::sqrt((rows.array() - rows.mean()).square().mean() / kRows);
  EXPECT_NEAR(mean.upper - mean.value, half_width, tests::kBootstrapRelative * half_width);
  EXPECT_NEAR(mean.value - mean.lower, half_width, tests::kBootstrapRelative * half_width);
}

TEST(Bootstrap, intervals_hold_what_they_should) {
  int held = 0;
  constexpr int kRepeats = 400;
  for (std::uint64_t i = 0; i < kRepeats; ++i) {
    const Bootstrap bootstrap(tests::normal_draws(100, 1, i), i, 400);
    const Estimate mean = bootstrap.estimate(mean_of(0));
    held += mean.lower < 0 && 0 < mean.upper ? 1 : 0;
  }
  EXPECT_NEAR(held / double(kRepeats), 0.95, tests::kManySigmas * 0.22 / std::sqrt(kRepeats));
}

TEST(Bootstrap, the_median_is_the_middle_one_and_its_interval_holds_what_it_should) {
  EXPECT_EQ(estimate_median({3, 1, 2}, 1).value, 2);
  EXPECT_EQ(estimate_median({4, 1, 3, 2}, 1).value, 2.5);
  EXPECT_EQ(estimate_median({1, 1, 1}, 1).lower, 1);
  int held = 0;
  constexpr int kRepeats = 400;
  for (std::uint64_t i = 0; i < kRepeats; ++i) {
    const Eigen::VectorXd draws = tests::normal_draws(100, 1, i);
    const Estimate median = estimate_median({draws.begin(), draws.end()}, i, 400);
    held += median.lower <= 0 && 0 <= median.upper ? 1 : 0;
  }
  EXPECT_NEAR(held / double(kRepeats), 0.95, tests::kManySigmas * 0.22 / std::sqrt(kRepeats));
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(estimate_median({1, kNan}, 1).value));
  EXPECT_THROW(estimate_median({}, 1), Error);
}

TEST(Bootstrap, ratios_see_the_same_draws_of_both_columns) {
  Eigen::MatrixXd rows(50, 2);
  rows.col(0) = tests::normal_draws(50, 1, 1).array().exp();
  rows.col(1) = 4 * rows.col(0);
  const Bootstrap bootstrap(rows, 1);
  const Estimate ratio = bootstrap.estimate(ratio_of_means(0, 1));
  const Estimate root = bootstrap.estimate(root_ratio_of_means(0, 1));
  for (const double value : {ratio.lower, ratio.value, ratio.upper})
    EXPECT_NEAR(value, 0.25, 1e-12);
  for (const double value : {root.lower, root.value, root.upper}) EXPECT_NEAR(value, 0.5, 1e-12);
  EXPECT_EQ(Bootstrap(rows, 1).estimate(mean_of(0)).lower, bootstrap.estimate(mean_of(0)).lower);
  EXPECT_NE(Bootstrap(rows, 2).estimate(mean_of(0)).lower, bootstrap.estimate(mean_of(0)).lower);
}

TEST(Bootstrap, what_is_no_number_stays_none) {
  const Eigen::MatrixXd rows =
      Eigen::MatrixXd::Constant(5, 1, std::numeric_limits<double>::quiet_NaN());
  EXPECT_TRUE(std::isnan(Bootstrap(rows, 1).estimate(mean_of(0)).upper));
  EXPECT_THROW(Bootstrap(Eigen::MatrixXd(0, 1), 1), Error);
}

/// Scores of the prior over truths that are drawn from it.
MethodScores scores_of_prior(bool as_ensemble) {
  const Law law = make_law({});
  const ControlSpace space(law);
  const Scorer scorer(law, space);
  const Eigen::Index n = space.size();
  std::vector<QueryScores> queries;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Eigen::VectorXd truth = tests::normal_draws(n, 1, i);
    Posterior posterior =
        GaussianPosterior{Eigen::VectorXd::Zero(n), Eigen::MatrixXd::Identity(n, n)};
    if (as_ensemble) posterior = tests::equal_members(n, 100, 1000 + i);
    queries.push_back(scorer.score(posterior, truth, {1, Purpose::score_draw, i}));
  }
  return gather_scores(queries, 1);
}

TEST(MethodScores, of_the_prior_are_known) {
  for (const bool as_ensemble : {false, true}) {
    const MethodScores scores = scores_of_prior(as_ensemble);
    EXPECT_NEAR(scores.relative_error.value, 1, tests::kSampledScore);
    EXPECT_NEAR(scores.velocity_error.value, 1, tests::kSampledScore);
    EXPECT_NEAR(scores.crps.value, 1 / std::sqrt(std::numbers::pi), tests::kSampledScore);
    EXPECT_NEAR(scores.spread_skill.value, 1, tests::kSampledScore);
    EXPECT_LT(scores.spread_skill.lower, scores.spread_skill.value);
    EXPECT_LT(scores.spread_skill.value, scores.spread_skill.upper);
    for (std::size_t level = 0; level < 4; ++level) {
      EXPECT_NEAR(scores.coverage[level].value, kCoverageLevels[level], tests::kSampledScore);
    }
    // E||X - y|| of two standard normals of n dimensions is 2 Gamma((n + 1) / 2) / Gamma(n / 2).
    const double n = 96;
    const double between = 2 * std::exp(std::lgamma((n + 1) / 2) - std::lgamma(n / 2));
    EXPECT_NEAR(scores.energy_score.value, between / 2, tests::kSampledScore * between);
    if (as_ensemble) {
      EXPECT_NEAR(scores.effective_sample_size.value, 100, tests::kSeparableSum * 100);
    } else {
      EXPECT_TRUE(std::isnan(scores.effective_sample_size.value));
    }
  }
}

TEST(MethodScores, errors_by_wavenumber_are_of_the_waves_of_a_shell_alone) {
  const Law law = make_law({});
  const ControlSpace space(law);
  const Eigen::VectorXd truth = tests::normal_draws(space.size(), 1, 1);
  Eigen::VectorXd mean = truth;
  for (std::size_t i = 0; i < space.modes().size(); ++i) {
    const std::size_t m = space.modes()[i];
    const auto shell = std::lround(std::hypot(law.modes.k[m], law.modes.l[m]));
    if (shell == 2) mean.segment(2 * static_cast<Eigen::Index>(i), 2) *= 0.5;
    if (shell == 4) mean.segment(2 * static_cast<Eigen::Index>(i), 2).setZero();
  }
  const Posterior posterior =
      GaussianPosterior{mean, Eigen::MatrixXd::Identity(space.size(), space.size())};
  const auto scores = Scorer(law, space).score(posterior, truth, {1, Purpose::score_draw, 0});
  const auto by_method = gather_scores(std::vector{scores, scores}, 1);
  for (const auto* errors : {&scores.psi_by_wavenumber, &scores.velocity_by_wavenumber}) {
    ASSERT_EQ(errors->size(), 4);
    EXPECT_EQ(errors->at(1), 0);
    EXPECT_NEAR(errors->at(2), 0.5, tests::kFewRoundings);
    EXPECT_EQ(errors->at(3), 0);
    EXPECT_NEAR(errors->at(4), 1, tests::kFewRoundings);
  }
  EXPECT_EQ(by_method.velocity_by_wavenumber.at(2).value, scores.velocity_by_wavenumber.at(2));
}

}  // namespace
}  // namespace lagoon::flow
