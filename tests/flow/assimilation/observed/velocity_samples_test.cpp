// Velocities at points without times: regression on waves against dense Gaussian algebra, and the
// baselines beside it.
#include <cmath>
#include <numbers>
#include <set>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "flow/assimilation/observed/interpolation.hpp"
#include "flow/assimilation/observed/spatial_blocks.hpp"
#include "flow/assimilation/observed/velocity_regression.hpp"
#include "flow/error.hpp"
#include "flow/random.hpp"
#include "flow/streamfunction.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Velocities of one flow of a prior, a mean velocity and errors, at random points.
struct MadeSamples {
  VelocityPrior prior{20, 2, 1.5, 0.3, 0};
  ModeSet modes = steady_modes(4);
  std::array<double, 2> mean = {0.8, -0.5};
  VelocitySamples samples;

  explicit MadeSamples(std::size_t n, std::uint64_t seed = 0) {
    const Law law = steady_law(modes, prior);
    std::vector<std::complex<double>> psi_hat;
    for (std::size_t m = 0; m < modes.size(); ++m) {
      const auto z = normal_pair(seed, Purpose::twin_truth, m, 0);
      psi_hat.push_back(law.prior_std[m] / std::numbers::sqrt2 * std::complex<double>(z[0], z[1]));
    }
    const Flow flow{law.modes, psi_hat, law.omega};
    for (std::size_t i = 0; i < n; ++i) {
      samples.x.push_back(uniform(seed, Purpose::law_station, i, 0));
      samples.y.push_back(uniform(seed, Purpose::law_station, i, 1));
      const auto error = normal_pair(seed, Purpose::twin_error, i, 0);
      const auto v = velocity_at(flow, samples.x[i], samples.y[i], 0);
      samples.velocity_x.push_back(v[0] + mean[0] + prior.noise_std * error[0]);
      samples.velocity_y.push_back(v[1] + mean[1] + prior.noise_std * error[1]);
    }
  }

  VelocitySamples part(std::size_t first, std::size_t end) const {
    VelocitySamples result;
    const auto cut = [&](const std::vector<double>& all) {
      return std::vector<double>(all.begin() + static_cast<std::ptrdiff_t>(first),
                                 all.begin() + static_cast<std::ptrdiff_t>(end));
    };
    return {cut(samples.x), cut(samples.y), cut(samples.velocity_x), cut(samples.velocity_y)};
  }
};

VectorXd stacked(const VelocitySamples& samples) {
  VectorXd result(2 * static_cast<Eigen::Index>(samples.size()));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    result[2 * static_cast<Eigen::Index>(i)] = samples.velocity_x[i];
    result[2 * static_cast<Eigen::Index>(i) + 1] = samples.velocity_y[i];
  }
  return result;
}

/// E v(a) v(b)^T under a prior, (2 a, 2 b), summed mode by mode: the mean over phases of one wave's
/// velocities is (2 pi)^2 prior_std^2 / 2 J k (J k)^T cos(2 pi k . (a - b)).
MatrixXd dense_covariance(const ModeSet& modes, const VelocityPrior& prior,
                          const VelocitySamples& a, const VelocitySamples& b) {
  const Law law = steady_law(modes, prior);
  const double mean = std::pow(kMeanShare * prior.rms_speed, 2);
  MatrixXd result(2 * a.size(), 2 * b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      Eigen::Matrix2d sum = mean * Eigen::Matrix2d::Identity();
      for (std::size_t m = 0; m < modes.size(); ++m) {
        const Eigen::Vector2d across(-modes.l[m], modes.k[m]);
        const double angle = 2 * std::numbers::pi *
                             (modes.k[m] * (a.x[i] - b.x[j]) + modes.l[m] * (a.y[i] - b.y[j]));
        sum += 2 * std::pow(std::numbers::pi * law.prior_std[m], 2) * std::cos(angle) * across *
               across.transpose();
      }
      result.block<2, 2>(2 * static_cast<Eigen::Index>(i), 2 * static_cast<Eigen::Index>(j)) = sum;
    }
  }
  return result;
}

MatrixXd with_errors(MatrixXd covariance, const VelocityPrior& prior) {
  covariance.diagonal().array() += prior.noise_std * prior.noise_std;
  return covariance;
}

double dense_log_evidence(const ModeSet& modes, const VelocityPrior& prior,
                          const VelocitySamples& seen) {
  const Eigen::LLT<MatrixXd> factor(with_errors(dense_covariance(modes, prior, seen, seen), prior));
  const VectorXd v = stacked(seen);
  return -(static_cast<double>(v.size()) * std::log(2 * std::numbers::pi) +
           2 * factor.matrixLLT().diagonal().array().log().sum() + v.dot(factor.solve(v))) /
         2;
}

TEST(VelocityRegression, steady_modes_are_one_of_each_pair) {
  const ModeSet modes = steady_modes(5);
  EXPECT_EQ(2 * modes.size() + 1, disk_modes(5).size());
  for (std::size_t m = 0; m < modes.size(); ++m) {
    EXPECT_FALSE(find_mode(modes, -modes.k[m], -modes.l[m]));
  }
}

TEST(VelocityRegression, evidence_is_that_of_the_dense_normal_law_and_largest) {
  const MadeSamples made(40);
  const VelocityRegression regression(made.modes, made.samples);
  const VelocityPrior best = regression.fit(made.prior.matern_tau, made.prior.matern_alpha);
  EXPECT_NEAR(best.log_evidence, dense_log_evidence(made.modes, best, made.samples),
              tests::kDenseEvidence);
  for (const double factor : {0.8, 1.25}) {
    VelocityPrior other = best;
    other.rms_speed *= factor;
    EXPECT_LT(dense_log_evidence(made.modes, other, made.samples), best.log_evidence);
    other = best;
    other.noise_std *= factor;
    EXPECT_LT(dense_log_evidence(made.modes, other, made.samples), best.log_evidence);
  }
}

TEST(VelocityRegression, forecasts_are_bayes_rule) {
  const MadeSamples made(50);
  const auto seen = made.part(0, 40), asked = made.part(40, 50);
  const auto forecast = VelocityRegression(made.modes, seen).forecast(made.prior, asked.x, asked.y);
  const Eigen::LLT<MatrixXd> factor(
      with_errors(dense_covariance(made.modes, made.prior, seen, seen), made.prior));
  const MatrixXd between = dense_covariance(made.modes, made.prior, asked, seen);
  const VectorXd mean = between * factor.solve(stacked(seen));
  const VectorXd variance = with_errors(dense_covariance(made.modes, made.prior, asked, asked) -
                                            between * factor.solve(between.transpose()),
                                        made.prior)
                                .diagonal();
  for (Eigen::Index i = 0; i < 20; ++i) {
    EXPECT_NEAR(forecast.mean(i / 2, i % 2), mean[i], tests::kDenseEvidence);
    EXPECT_NEAR(forecast.std(i / 2, i % 2), std::sqrt(variance[i]), tests::kDenseEvidence);
  }
}

/// Scores of a fitted regression, 0, beside the mean, 1, over flows that have a prior.
std::vector<HeldOutScores> scores_of_made_samples() {
  HeldOutRecord record({"regression", "climatology"});
  for (std::size_t unit = 0; unit < 12; ++unit) {
    const MadeSamples made(260, unit);
    const auto seen = made.part(0, 160), asked = made.part(160, 260);
    const VelocityRegression regression(made.modes, seen);
    const VelocityPrior prior = regression.fit();
    Eigen::MatrixX2d truth(asked.size(), 2);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      truth.row(static_cast<Eigen::Index>(i)) << asked.velocity_x[i], asked.velocity_y[i];
    }
    record.add(0, unit, truth, regression.forecast(prior, asked.x, asked.y));
    record.add(1, unit, truth, climatology(seen, truth.rows()));
  }
  return record.scores(1, 0);
}

TEST(VelocityRegression, a_fitted_prior_makes_calibrated_forecasts) {
  const auto scores = scores_of_made_samples();
  EXPECT_NEAR(scores[0].coverage[2].value, 0.9, tests::kCoverageOfMadeSamples);
  EXPECT_NEAR(scores[0].spread_skill.value, 1, tests::kSpreadSkillOfMadeSamples);
  EXPECT_LT(scores[0].against_baseline.upper, 0.6);  // errors alone are .28 of all
  EXPECT_LT(scores[0].crps.upper, scores[1].crps.lower);
}

TEST(VelocityRegression, refuses_too_few_samples) {
  EXPECT_THROW(VelocityRegression(steady_modes(1), MadeSamples(2).samples), Error);
}

TEST(Interpolation, samples_are_met_where_they_are) {
  const auto samples = MadeSamples(30).samples;
  const OptimalInterpolation exact{0.1, 1, 1e-6, 0};
  const auto interpolated = exact.forecast(samples, samples.x, samples.y);
  const auto nearest = nearest_sample(samples, samples.x, samples.y);
  const auto weighted = inverse_distance(samples, samples.x, samples.y);
  for (Eigen::Index i = 0; i < 30; ++i) {
    const double v = samples.velocity_x[static_cast<std::size_t>(i)];
    EXPECT_EQ(nearest.mean(i, 0), v);
    EXPECT_NEAR(weighted.mean(i, 0), v, tests::kInterpolated);
    EXPECT_NEAR(interpolated.mean(i, 0), v, tests::kInterpolated);
  }
}

TEST(Interpolation, far_from_samples_optimal_interpolation_is_climatology) {
  const auto samples = MadeSamples(30).samples;
  const OptimalInterpolation any{0.05, 0.7, 0.2, 0};
  const auto far = any.forecast(samples, {9}, {9});
  EXPECT_NEAR(far.mean(0, 1), climatology(samples, 1).mean(0, 1), tests::kFewRoundings);
  EXPECT_NEAR(far.std(0, 1), std::hypot(0.7, 0.2), tests::kFewRoundings);
}

TEST(Interpolation, the_fitted_correlation_has_the_largest_likelihood_in_its_range) {
  const auto samples = MadeSamples(80).samples;
  const auto best = OptimalInterpolation::fit(samples, 0.01, 1);
  EXPECT_GT(best.length, 0.02);
  EXPECT_LT(best.length, 0.5);
  EXPECT_GE(best.log_likelihood, OptimalInterpolation::fit(samples, 0.01, 0.02).log_likelihood);
  EXPECT_GE(best.log_likelihood, OptimalInterpolation::fit(samples, 0.5, 1).log_likelihood);
}

TEST(SpatialBlocks, hold_out_whole_squares_once) {
  const auto samples = MadeSamples(200).samples;
  const auto blocks = deal_blocks(samples.x, samples.y, 0.25, 4, 0);
  std::set<std::size_t> known(blocks.block.begin(), blocks.block.end());
  EXPECT_EQ(known.size(), blocks.size());
  EXPECT_EQ(std::set<int>(blocks.fold.begin(), blocks.fold.end()).size(), 4U);
  for (std::size_t i = 0; i < 200; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (blocks.block[i] != blocks.block[j]) continue;
      EXPECT_LE(std::abs(samples.x[i] - samples.x[j]), 0.25);
      EXPECT_LE(std::abs(samples.y[i] - samples.y[j]), 0.25);
    }
  }
  EXPECT_THROW(deal_blocks(samples.x, samples.y, 2, 4, 0), Error);
  EXPECT_THROW(deal_blocks(samples.x, samples.y, 0, 4, 0), Error);
  EXPECT_THROW(deal_blocks(samples.x, samples.y, 1e-12, 4, 0), Error);
}

/// Normal errors of standard deviation 1 about 0, told to have `claimed`.
HeldOutScores scores_of_normals(double claimed) {
  HeldOutRecord record({"normal"});
  for (std::size_t unit = 0; unit < 100; ++unit) {
    Eigen::MatrixX2d truth(40, 2);
    for (Eigen::Index i = 0; i < 40; ++i) {
      const auto z = normal_pair(0, Purpose::twin_error, unit, static_cast<std::uint32_t>(i));
      truth.row(i) << z[0], z[1];
    }
    record.add(0, unit, truth,
               {Eigen::MatrixX2d::Zero(40, 2), Eigen::MatrixX2d::Constant(40, 2, claimed)});
  }
  return record.scores(0, 0)[0];
}

TEST(HeldOutScores, are_those_of_a_normal_law) {
  const auto right = scores_of_normals(1);
  for (std::size_t level = 0; level < 4; ++level) {
    EXPECT_NEAR(right.coverage[level].value, kCoverageLevels[level], tests::kCoverageOfMadeSamples);
  }
  EXPECT_NEAR(right.rms_error.value, std::numbers::sqrt2, tests::kCoverageOfMadeSamples);
  EXPECT_NEAR(right.crps.value, 1 / std::sqrt(std::numbers::pi), tests::kCoverageOfMadeSamples);
  EXPECT_EQ(right.against_baseline.lower, 1);
  EXPECT_EQ(right.relative_error.upper, 1);
  EXPECT_NEAR(scores_of_normals(2).spread_skill.value, 2, 2 * tests::kCoverageOfMadeSamples);
  EXPECT_GT(scores_of_normals(0.5).crps.value, right.crps.value);
  EXPECT_TRUE(std::isnan(scores_of_normals(std::nan("")).coverage[0].value));
}

// A unit of which nothing was held out is no unit: the bootstrap does not draw it.
TEST(HeldOutScores, units_without_points_do_not_count) {
  const auto record_of = [](const std::vector<std::size_t>& units) {
    HeldOutRecord record({"one"});
    for (std::size_t i = 0; i < units.size(); ++i) {
      record.add(0, units[i], Eigen::MatrixX2d::Constant(3, 2, static_cast<double>(i + 1)),
                 {Eigen::MatrixX2d::Zero(3, 2), Eigen::MatrixX2d::Constant(3, 2, 2)});
    }
    return record;
  };
  const auto dense = record_of({0, 1, 2}), sparse = record_of({1, 4, 9});
  EXPECT_EQ(sparse.n_units(), 3U);
  const auto expected = dense.scores(0, 7)[0].rms_error, found = sparse.scores(0, 7)[0].rms_error;
  EXPECT_EQ(found.value, expected.value);
  EXPECT_EQ(found.lower, expected.lower);
  EXPECT_EQ(found.upper, expected.upper);
}

TEST(HeldOutScores, refuse_forecasts_that_are_none) {
  HeldOutRecord record({"none"});
  EXPECT_THROW(record.add(0, 0, Eigen::MatrixX2d::Zero(3, 2), no_forecast(3)), Error);
}

}  // namespace
}  // namespace lagoon::flow
