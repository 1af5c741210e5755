// Drifters released elsewhere: what a posterior says of them.
#include "flow/assimilation/forecast.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/law/law_options.hpp"
#include "tests/flow/scores/posteriors.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

constexpr DrawKey kKey = {1, Purpose::score_draw, 0};

/// A diffusive law of noisy, gappy drifters: forecasts are of none of these.
Law noisy_law() {
  LawOptions options;
  options.noise_percent = 5;
  options.missing_percent = 20;
  Law law = make_law(options);
  law.diffusivity = 1e-3;
  law.mean_velocity = {0.4, -0.2};
  return law;
}

Posterior normal(const Eigen::VectorXd& mean, double std) {
  return GaussianPosterior{mean, std * std * Eigen::MatrixXd::Identity(mean.size(), mean.size())};
}

TEST(Forecast, drifters_go_where_the_adaptive_integrator_takes_them) {
  const Law law = noisy_law();
  const ControlSpace space(law);
  const Eigen::VectorXd control = tests::normal_draws(space.size(), 1, 1);
  const Eigen::MatrixXd places = Forecaster(law, space).displacements(control);
  Law alone = law;
  alone.diffusivity = alone.observation_noise_std = alone.missing_fraction = 0;
  alone.times = {law.times.back()};
  alone.release_x = {0.5};
  alone.release_y = {0.5};
  alone.release_time = {0};
  std::vector<double> x(1), y(1);
  integrate_adaptive(alone, space.psi_hat(control), 1e-10, x, y);
  EXPECT_NEAR(places(0, kForecastTimes - 1), x[0] - 0.5, tests::kForecastSteps);
  EXPECT_NEAR(places(kForecastDrifters, kForecastTimes - 1), y[0] - 0.5, tests::kForecastSteps);
}

TEST(Forecast, an_unknown_mean_velocity_carries_all_drifters_alike) {
  Law law = noisy_law();
  const ControlSpace space(law, 0.5);
  Eigen::VectorXd control = Eigen::VectorXd::Zero(space.size());
  control.tail(2) << 1, -2;
  const Eigen::MatrixXd places = Forecaster(law, space).displacements(control);
  const double last = law.times.back();
  for (Eigen::Index i = 0; i < kForecastDrifters; ++i) {
    EXPECT_NEAR(places(i, kForecastTimes - 1), last * (0.4 + 0.5), tests::kFewRoundings);
    EXPECT_NEAR(places(kForecastDrifters + i, kForecastTimes - 1), last * (-0.2 - 1.0),
                tests::kFewRoundings);
  }
}

TEST(Forecast, the_truth_is_without_error_and_still_water_is_persistence) {
  Law law = noisy_law();
  law.mean_velocity = {};
  const ControlSpace space(law);
  const Forecaster forecaster(law, space);
  const Eigen::VectorXd truth = tests::normal_draws(space.size(), 1, 1);
  const auto perfect = forecaster.score(normal(truth, 1e-9), truth, kKey);
  EXPECT_LT(perfect.separation.maxCoeff(), tests::kFewRoundings);
  EXPECT_LT(perfect.error_of_draws, tests::kForecastSteps);
  const auto still = forecaster.score(normal(Eigen::VectorXd::Zero(space.size()), 1), truth, kKey);
  EXPECT_EQ(still.separation, still.persistence);
  EXPECT_EQ(still.error, 1);
  EXPECT_GT(still.persistence[kForecastTimes - 1], still.persistence[0]);
}

TEST(Forecast, the_spread_of_a_calibrated_posterior_is_its_error) {
  const Law law = noisy_law();
  const ControlSpace space(law);
  const Forecaster forecaster(law, space);
  double variance = 0, squared_error = 0;
  constexpr double kStd = 0.1;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const Eigen::VectorXd truth = tests::normal_draws(space.size(), 1, i);
    const Eigen::VectorXd mean = truth + kStd * tests::normal_draws(space.size(), 1, 100 + i);
    const auto scores = forecaster.score(normal(mean, kStd), truth, {1, Purpose::score_draw, i});
    variance += scores.variance;
    squared_error += scores.squared_error;
  }
  EXPECT_NEAR(std::sqrt(variance / squared_error), 1, tests::kSpreadSkillOfForecasts);
}

TEST(Forecast, flows_whose_amplitudes_vary_are_refused) {
  Law law = noisy_law();
  law.damping.assign(law.n_modes(), 1);
  EXPECT_THROW(Forecaster(law, ControlSpace(law)), Error);
}

}  // namespace
}  // namespace lagoon::flow
