#include "flow/scores/proper_scores.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/scores/divergences.hpp"
#include "flow/scores/moments.hpp"
#include "tests/flow/scores/posteriors.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

/// E|X - y| - 1/2 E|X - X'| by all pairs, over whole columns; fair: of different members only.
double score_by_pairs(const Eigen::MatrixXd& members, const Eigen::VectorXd& weights,
                      const Eigen::VectorXd& truth, bool is_fair) {
  double from_truth = 0, between = 0;
  for (Eigen::Index i = 0; i < members.cols(); ++i) {
    from_truth += weights[i] * (members.col(i) - truth).norm();
    for (Eigen::Index j = 0; j < members.cols(); ++j) {
      between += weights[i] * weights[j] * (members.col(i) - members.col(j)).norm();
    }
  }
  const auto n = static_cast<double>(members.cols());
  return from_truth - between / 2 * (is_fair ? n / (n - 1) : 1);
}

TEST(ProperScores, sorting_gives_the_double_sum) {
  const Eigen::MatrixXd members = tests::normal_draws(3, 21, 0);
  const Eigen::VectorXd truth = tests::normal_draws(3, 1, 1), weights = tests::some_weights(21);
  const Eigen::VectorXd equal = Eigen::VectorXd::Constant(21, 1.0 / 21);
  const Eigen::VectorXd fair = crps(EnsemblePosterior{members, {}}, truth);
  const Eigen::VectorXd plain = crps(EnsemblePosterior{members, weights}, truth);
  for (Eigen::Index i = 0; i < 3; ++i) {
    const Eigen::VectorXd y = truth.segment(i, 1);
    EXPECT_NEAR(fair[i], score_by_pairs(members.row(i), equal, y, true), tests::kFewRoundings);
    EXPECT_NEAR(plain[i], score_by_pairs(members.row(i), weights, y, false), tests::kFewRoundings);
  }
  const DrawKey key = {1, Purpose::score_draw, 0};
  EXPECT_NEAR(energy_score(EnsemblePosterior{members, {}}, truth, 64, key),
              score_by_pairs(members, equal, truth, true), tests::kEnergyByProducts);
  EXPECT_NEAR(energy_score(EnsemblePosterior{members, weights}, truth, 64, key),
              score_by_pairs(members, weights, truth, false), tests::kEnergyByProducts);
}

TEST(ProperScores, normal_closed_form_is_the_integral) {
  const GaussianPosterior law = {Eigen::Vector2d(0.4, -1), Eigen::Vector2d(0.49, 4).asDiagonal()};
  const Eigen::Vector2d truth(1.3, -3.5);
  const Eigen::VectorXd closed = crps(law, truth);
  const Eigen::VectorXd std = posterior_std(law);
  for (Eigen::Index i = 0; i < 2; ++i) {  // the integral of (F(x) - [x >= y])^2
    constexpr int kSteps = 100000;
    const double h = 20 * std[i] / kSteps;
    double integral = 0;
    for (int step = 0; step < kSteps; ++step) {
      const double x = law.mean[i] + (step + 0.5) * h - 10 * std[i];
      const double f = std::erfc((law.mean[i] - x) / std[i] / std::sqrt(2.0)) / 2;
      integral += h * std::pow(f - (x >= truth[i] ? 1 : 0), 2);
    }
    EXPECT_NEAR(closed[i], integral, 2 * h);
  }
}

TEST(ProperScores, certainty_scores_its_distance) {
  const Eigen::Vector2d truth(1, 2);
  const EnsemblePosterior one = {Eigen::Vector2d(4, 6), {}};
  EXPECT_EQ(crps(one, truth), Eigen::VectorXd(Eigen::Vector2d(3, 4)));
  EXPECT_DOUBLE_EQ(energy_score(one, truth, 10, {1, Purpose::score_draw, 0}), 5);
  const GaussianPosterior certain = {Eigen::Vector2d(4, 6), Eigen::Matrix2d::Zero()};
  EXPECT_EQ(crps(certain, truth), Eigen::VectorXd(Eigen::Vector2d(3, 4)));
}

TEST(ProperScores, ensembles_of_a_normal_law_score_as_it_does) {
  const GaussianPosterior law = tests::some_gaussian(4, 5);
  const Eigen::VectorXd truth = law.mean + Eigen::VectorXd::Constant(4, 0.3);
  const DrawKey key = {1, Purpose::score_draw, 0}, other = {2, Purpose::score_draw, 0};
  double small = 0;  // fair: small ensembles are not biased
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const Eigen::MatrixXd members = draw_samples(law, 4, {3, Purpose::score_draw, i});
    small += crps(EnsemblePosterior{members, {}}, truth).mean() / 2000;
  }
  EXPECT_NEAR(small, crps(law, truth).mean(), tests::kSampledScore);
  EXPECT_NEAR(energy_score(law, truth, 1000, key), energy_score(law, truth, 1000, other),
              tests::kSampledScore * 3);
  EXPECT_EQ(energy_score(law, truth, 50, key), energy_score(law, truth, 50, key));
  EXPECT_NE(energy_score(law, truth, 50, key), energy_score(law, truth, 50, other));
}

TEST(ProperScores, refuse_another_truth) {
  const GaussianPosterior law = tests::some_gaussian(4, 5);
  EXPECT_THROW(crps(law, Eigen::VectorXd::Zero(3)), Error);
  EXPECT_THROW(energy_score(law, Eigen::VectorXd::Zero(4), 1, {}), Error);
}

TEST(Divergences, of_normal_laws_in_one_dimension) {
  const auto normal = [](double mean, double variance) {
    return GaussianPosterior{Eigen::VectorXd::Constant(1, mean),
                             Eigen::MatrixXd::Constant(1, 1, variance)};
  };
  const double expected = 0.5 * (2.0 / 3 - 1 + std::log(3.0 / 2) + 4.0 / 3);
  EXPECT_NEAR(gaussian_divergence(normal(1, 2), normal(3, 3)), expected, tests::kFewRoundings);
  const GaussianPosterior p = tests::some_gaussian(5, 8);
  EXPECT_NEAR(gaussian_divergence(p, p), 0, tests::kSmallMatrices);
  EXPECT_THROW(gaussian_divergence(p, normal(0, 1)), Error);
  EXPECT_THROW(gaussian_divergence(normal(0, 0), normal(0, 1)), Error);
}

TEST(Divergences, of_normal_laws_do_not_see_linear_maps) {
  const GaussianPosterior p = tests::some_gaussian(4, 11), q = tests::some_gaussian(4, 21);
  const Eigen::MatrixXd map = tests::normal_draws(4, 4, 31);
  const auto mapped = [&](const GaussianPosterior& law) {
    return std::get<GaussianPosterior>(linear_image(law, map));
  };
  const double divergence = gaussian_divergence(p, q);
  EXPECT_GT(divergence, 0.1);
  EXPECT_NEAR(gaussian_divergence(mapped(p), mapped(q)), divergence,
              tests::kSmallMatrices * divergence * 100);
}

TEST(Divergences, of_weights) {
  const Eigen::Vector3d p(0.5, 0.5, 0), q(0.25, 0.25, 0.5);
  EXPECT_NEAR(weights_divergence(p, q), std::log(2.0), tests::kFewRoundings);
  EXPECT_TRUE(std::isinf(weights_divergence(q, p)));
}

TEST(Divergences, discrepancy_is_unbiased_and_sees_a_shift) {
  double same = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    same += squared_mmd(tests::normal_draws(3, 20, 2 * i), tests::normal_draws(3, 20, 2 * i + 1));
  }
  EXPECT_NEAR(same / 200, 0, tests::kSampledScore / 2);
  const Eigen::MatrixXd x = tests::normal_draws(3, 100, 0), y = tests::normal_draws(3, 100, 1);
  EXPECT_GT(squared_mmd(x, Eigen::MatrixXd(y.array() + 1)), 0.1);
  const GaussianPosterior law = tests::some_gaussian(3, 2);
  EXPECT_LT(std::abs(squared_mmd(law, law, 200, {1, Purpose::score_draw, 0})),
            tests::kSampledScore);
  EXPECT_EQ(squared_mmd(Eigen::MatrixXd(Eigen::MatrixXd::Ones(2, 3)),
                        Eigen::MatrixXd(Eigen::MatrixXd::Ones(2, 3))),
            0);
}

}  // namespace
}  // namespace lagoon::flow
