#include "flow/scores/calibration.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/scores/moments.hpp"
#include "flow/scores/simulation_based.hpp"
#include "tests/flow/scores/posteriors.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

TEST(Moments, of_weighted_and_equal_members) {
  EnsemblePosterior ensemble = {Eigen::RowVector3d(1, 2, 6), {}};
  EXPECT_DOUBLE_EQ(posterior_mean(ensemble)[0], 3);
  EXPECT_DOUBLE_EQ(posterior_std(ensemble)[0], std::sqrt(7.0));
  EXPECT_DOUBLE_EQ(effective_sample_size(Posterior(ensemble)), 3);
  ensemble.weights = Eigen::Vector3d(0.5, 0.25, 0.25);
  EXPECT_DOUBLE_EQ(posterior_mean(ensemble)[0], 2.5);
  EXPECT_DOUBLE_EQ(posterior_std(ensemble)[0], std::sqrt(0.5 * 2.25 + 0.25 * 0.25 + 0.25 * 12.25));
  EXPECT_DOUBLE_EQ(effective_sample_size(Posterior(ensemble)), 1 / 0.375);
  EXPECT_TRUE(std::isnan(effective_sample_size(Posterior(tests::some_gaussian(2, 0)))));
  EXPECT_EQ(posterior_std(EnsemblePosterior{Eigen::RowVectorXd::Ones(1), {}})[0], 0);
}

TEST(Moments, weights_that_are_no_law_are_refused) {
  const Eigen::MatrixXd members = Eigen::RowVector2d(1, 2);
  EXPECT_THROW(posterior_mean(EnsemblePosterior{members, Eigen::Vector2d(0.5, 0.6)}), Error);
  EXPECT_THROW(posterior_mean(EnsemblePosterior{members, Eigen::Vector2d(1.5, -0.5)}), Error);
  EXPECT_THROW(posterior_mean(EnsemblePosterior{members, Eigen::Vector3d(0.5, 0.5, 0)}), Error);
  EXPECT_THROW(posterior_mean(EnsemblePosterior{Eigen::MatrixXd(2, 0), {}}), Error);
}

TEST(Moments, samples_have_the_law_they_are_of) {
  constexpr int kCount = 20000;
  const GaussianPosterior law = tests::some_gaussian(3, 4);
  const DrawKey key = {5, Purpose::score_draw, 0};
  const auto empirical = to_gaussian(EnsemblePosterior{draw_samples(law, kCount, key), {}});
  const double error = tests::kManySigmas * std::sqrt(2.0 / kCount) * law.covariance.trace();
  EXPECT_LT((empirical.mean - law.mean).cwiseAbs().maxCoeff(), error);
  EXPECT_LT((empirical.covariance - law.covariance).cwiseAbs().maxCoeff(), error);

  const EnsemblePosterior ensemble = {tests::normal_draws(2, 6, 1), tests::some_weights(6)};
  const auto resampled = to_gaussian(EnsemblePosterior{draw_samples(ensemble, kCount, key), {}});
  const GaussianPosterior weighted = to_gaussian(ensemble);
  EXPECT_LT((resampled.mean - weighted.mean).cwiseAbs().maxCoeff(), error);
  EXPECT_LT((resampled.covariance - weighted.covariance).cwiseAbs().maxCoeff(), error);
  EXPECT_EQ(draw_samples(law, 7, key), draw_samples(law, 9, key).leftCols(7));
}

TEST(Moments, samples_of_a_singular_law) {
  const Eigen::Vector2d direction(1, 2);
  const GaussianPosterior law = {Eigen::Vector2d(1, 1), direction * direction.transpose()};
  const Eigen::MatrixXd draws = draw_samples(law, 50, {5, Purpose::score_draw, 0});
  for (const auto& draw : draws.colwise()) {
    EXPECT_NEAR(draw[1] - 1, 2 * (draw[0] - 1), tests::kRootOfRounding);
  }
  EXPECT_GT((draws.colwise() - law.mean).norm(), 1);
}

TEST(Moments, quantiles_and_places_are_inverse) {
  const EnsemblePosterior weighted = {tests::normal_draws(3, 30, 2), tests::some_weights(30)};
  const std::vector<Posterior> posteriors = {tests::some_gaussian(3, 6), weighted,
                                             tests::equal_members(3, 30, 2)};
  for (const Posterior& posterior : posteriors) {
    for (const double probability : {0.1, 0.45, 0.8}) {
      const Eigen::VectorXd places =
          pit_values(posterior, posterior_quantile(posterior, probability));
      EXPECT_LT((places.array() - probability).abs().maxCoeff(), tests::kRoundingRelative);
    }
    EXPECT_THROW(posterior_quantile(posterior, 1), Error);
  }
  // Sorted member i of equal weight stands at i / (members + 1).
  const EnsemblePosterior equal = {Eigen::RowVector4d(3, 1, 4, 2), {}};
  EXPECT_DOUBLE_EQ(posterior_quantile(equal, 0.4)[0], 2);
  EXPECT_DOUBLE_EQ(posterior_quantile(equal, 0.5)[0], 2.5);
  EXPECT_EQ(posterior_quantile(equal, 0.01)[0], 1);
  EXPECT_EQ(pit_values(equal, Eigen::VectorXd::Constant(1, 0.5))[0], 0);
  EXPECT_EQ(pit_values(equal, Eigen::VectorXd::Constant(1, 4.5))[0], 1);
}

TEST(Calibration, intervals_cover_as_often_as_they_say) {
  constexpr Eigen::Index kTruths = 40000;
  const double error = tests::kManySigmas * 0.5 / std::sqrt(double(kTruths));
  const Eigen::VectorXd truths = tests::normal_draws(kTruths, 1, 1);
  // Exchangeable members: exact at any number of them.
  const auto covered = central_coverage(tests::equal_members(kTruths, 39, 3), truths);
  for (std::size_t level = 0; level < 4; ++level) {
    EXPECT_NEAR(covered[level], kCoverageLevels[level], error);
  }
}

TEST(Calibration, coverage_is_that_of_the_quantiles) {
  const EnsemblePosterior weighted = {tests::normal_draws(200, 25, 2), tests::some_weights(25)};
  const std::vector<Posterior> posteriors = {tests::some_gaussian(200, 6), weighted};
  const Eigen::VectorXd truth = tests::normal_draws(200, 1, 5);
  for (const Posterior& posterior : posteriors) {
    const auto covered = central_coverage(posterior, truth);
    for (std::size_t level = 0; level < 4; ++level) {
      const double tail = (1 - kCoverageLevels[level]) / 2;
      const auto inside = (truth.array() >= posterior_quantile(posterior, tail).array() &&
                           truth.array() <= posterior_quantile(posterior, 1 - tail).array())
                              .count();
      EXPECT_NEAR(covered[level], double(inside) / 200, tests::kFewRoundings);
    }
  }
}

/// p-value of the rank histogram over 2,000 components of one posterior.
double rank_p_value(const Posterior& posterior, const Eigen::VectorXd& truth) {
  const Eigen::VectorXd places = rank_pit_values(posterior, truth, {2, Purpose::score_draw, 0});
  return test_uniformity({places.data(), static_cast<std::size_t>(places.size())}, 10).p_value;
}

TEST(Calibration, ranks_are_uniform_only_if_calibrated) {
  constexpr Eigen::Index n = 2000;
  const Eigen::VectorXd truth = tests::normal_draws(n, 1, 1);
  const auto normal = [](double variance) {
    return GaussianPosterior{Eigen::VectorXd::Zero(n), variance * Eigen::MatrixXd::Identity(n, n)};
  };
  const auto members = [](double scale) {
    return EnsemblePosterior{scale * tests::normal_draws(n, 19, 3), {}};
  };
  EXPECT_GT(rank_p_value(normal(1), truth), tests::kRareChance);
  EXPECT_GT(rank_p_value(members(1), truth), tests::kRareChance);
  EXPECT_LT(rank_p_value(normal(0.7), truth), tests::kRareChance);
  EXPECT_LT(rank_p_value(members(1.3), truth), tests::kRareChance);
  EXPECT_LT(rank_p_value(members(1), Eigen::VectorXd(truth.array() + 0.3)), tests::kRareChance);
}

TEST(Calibration, ties_and_weights_are_ranked_at_random) {
  constexpr Eigen::Index n = 2000;
  const Eigen::VectorXd truth = Eigen::VectorXd::Zero(n);
  const EnsemblePosterior ties = {Eigen::MatrixXd::Zero(n, 9), {}};
  EXPECT_GT(rank_p_value(ties, truth), tests::kRareChance);
  const EnsemblePosterior weighted = {tests::normal_draws(n, 400, 3),
                                      Eigen::VectorXd::Constant(400, 1.0 / 400)};
  EXPECT_GT(rank_p_value(weighted, tests::normal_draws(n, 1, 1)), tests::kRareChance);
}

TEST(Calibration, chi_squared_of_known_counts) {
  const std::vector<double> places = {0.1, 0.2, 0.3, 0.6};
  const UniformityTest test = test_uniformity(places, 2);
  EXPECT_EQ(test.counts, (std::vector<double>{3, 1}));
  EXPECT_DOUBLE_EQ(test.chi_squared, 1);
  EXPECT_NEAR(test.p_value, std::erfc(std::sqrt(0.5)), tests::kFewRoundings);
  EXPECT_NEAR(chi_squared_tail(3, 2), std::exp(-1.5), tests::kFewRoundings);
  EXPECT_THROW(test_uniformity({}, 2), Error);
  EXPECT_THROW(test_uniformity(places, 1), Error);
}

/// Exact posteriors of x ~ N(0, I) seen as x + noise_std N(0, I), with covariances times `factor`.
SimulationBasedCalibration::Result calibrate(double factor) {
  constexpr Eigen::Index n = 6;
  constexpr double kNoise = 0.5;
  SimulationBasedCalibration calibration(fixed_functionals(n, 4, 1));
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Eigen::VectorXd truth = tests::normal_draws(n, 1, 2 * i);
    const Eigen::VectorXd data = truth + kNoise * tests::normal_draws(n, 1, 2 * i + 1);
    const double gain = 1 / (1 + kNoise * kNoise);
    const GaussianPosterior posterior = {gain * data,
                                         factor * (1 - gain) * Eigen::MatrixXd::Identity(n, n)};
    calibration.add(posterior, truth, {1, Purpose::score_draw, i});
  }
  return calibration.result(10);
}

TEST(SimulationBasedCalibration, tells_exact_posteriors_from_others) {
  const auto exact = calibrate(1);
  EXPECT_EQ(exact.by_functional.size(), 4U);
  EXPECT_GT(exact.pooled.p_value, tests::kRareChance);
  EXPECT_GT(exact.smallest_p_value, tests::kRareChance);
  EXPECT_LT(calibrate(0.7).pooled.p_value, tests::kRareChance);
  EXPECT_LT(calibrate(1.5).smallest_p_value, tests::kRareChance);
}

TEST(SimulationBasedCalibration, functionals_are_orthonormal) {
  const Eigen::MatrixXd rows = fixed_functionals(9, 4, 1);
  EXPECT_LT((rows * rows.transpose() - Eigen::MatrixXd::Identity(4, 4)).norm(),
            tests::kFewRoundings);
  EXPECT_THROW(fixed_functionals(3, 4, 1), Error);
}

}  // namespace
}  // namespace lagoon::flow
