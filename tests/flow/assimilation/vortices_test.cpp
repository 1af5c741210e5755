#include <array>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>
#include <boost/math/distributions/binomial.hpp>
#include <gtest/gtest.h>

#include "flow/assimilation/ensemble/particle_filter.hpp"
#include "flow/assimilation/models/point_vortices.hpp"
#include "flow/assimilation/models/vortex_twin.hpp"
#include "flow/error.hpp"
#include "flow/scores/moments.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using Eigen::VectorXd;

VectorXd pair_with_tracer(double x, double y) {
  VectorXd state(6);
  state << -1, 0, 1, 0, x, y;
  return state;
}

void follow(const PointVortices& model, double time, int n_steps, VectorXd& state) {
  for (int i = 0; i < n_steps; ++i) model.step(time / n_steps, state);
}

TEST(PointVortices, an_equal_pair_turns_in_four_pi) {
  VectorXd state = pair_with_tracer(0, 0);
  follow(corotating_pair(), std::numbers::pi, 4000, state);  // a quarter of a turn
  EXPECT_LT((state.head(4) - Eigen::Vector4d(0, -1, 0, 1)).norm(), tests::kFineSteps);
  EXPECT_LT(state.tail(2).norm(), tests::kFineSteps);  // between them nothing moves
}

// The tracer's places that turn with the pair: roots of its velocity in their frame.
TEST(PointVortices, tracers_rest_at_the_stagnation_points) {
  for (const auto& [x, y] : {std::pair(0.0, std::sqrt(3.0)), {std::sqrt(5.0), 0.0}}) {
    const VectorXd state = pair_with_tracer(x, y);
    VectorXd slope(6);
    corotating_pair().slope(state.data(), slope.data());
    EXPECT_NEAR(slope[4], -y / 2, tests::kFewRoundings);
    EXPECT_NEAR(slope[5], x / 2, tests::kFewRoundings);
  }
}

TEST(PointVortices, keep_the_hamiltonian_and_the_angular_impulse) {
  const PointVortices model({1, -0.4, 2.5}, 0);
  VectorXd state(6);
  state << 0, 0, 1, 0.2, -0.5, 1.1;
  const double hamiltonian = model.hamiltonian(state);
  const double impulse = model.angular_impulse(state);
  follow(model, 10, 10000, state);
  EXPECT_NEAR(model.hamiltonian(state), hamiltonian, tests::kFineSteps);
  EXPECT_NEAR(model.angular_impulse(state), impulse, tests::kFineSteps);
}

TEST(ParticleFilter, weights_are_bayes_rule) {
  Eigen::MatrixXd observed(2, 3);
  observed << 0, 1, 2, 5, 5, 6;
  const Observations seen = {Eigen::Vector2d(1, std::nan("")), Eigen::Vector2d(0.5, 1)};
  const Eigen::Vector3d prior(0.2, 0.3, 0.5);
  const Eigen::Vector3d expected =
      (prior.array() * Eigen::Array3d(std::exp(-1.0), 1, std::exp(-1.0))).matrix();
  const VectorXd weights = weigh(observed, seen, prior);
  EXPECT_LT((weights - expected / expected.sum()).norm(), tests::kFewRoundings);
  EXPECT_EQ(effective_sample_size(VectorXd::Constant(8, 0.125)), 8);
  // Far from all of them, the nearest has the weight.
  const Observations far = {Eigen::Vector2d(1e6, 0), Eigen::Vector2d(1e-6, 1)};
  EXPECT_LT((weigh(observed, far, prior) - Eigen::Vector3d(0, 0, 1)).norm(), tests::kFewRoundings);
}

TEST(ParticleFilter, resampling_copies_each_as_often_as_it_weighs) {
  const VectorXd weights = Eigen::Vector4d(0.5, 0, 0.3, 0.2);
  for (const double uniform : {1e-9, 0.3, 0.999}) {
    Eigen::MatrixXd ensemble = Eigen::RowVector4d(0, 1, 2, 3);
    resample(uniform, weights, ensemble);
    for (int i = 0; i < 4; ++i) {
      const auto copies = (ensemble.array() == i).count();
      EXPECT_LE(std::abs(static_cast<double>(copies) - 4 * weights[i]), 1);
    }
    EXPECT_EQ((ensemble.array() == 1).count(), 0);
  }
}

VortexTwinScores scores(std::array<double, 2> launch, double interval, int n_runs = 10) {
  VortexTwinOptions options;
  options.launch = launch;
  options.interval = interval;
  options.n_runs = n_runs;
  options.n_particles = 100;
  return run_vortex_twin(options);
}

// Ide, Kuznetsov & Jones (2002): tracers that part at a saddle lose the vortices when they are seen
// seldom, those at a centre do not.
TEST(VortexTwin, saddle_launches_fail_first_as_the_interval_grows) {
  const std::array<double, 2> centre = {0, std::sqrt(3.0)};
  const VortexTwinScores often = scores({0, 0.3}, 0.5);
  const VortexTwinScores seldom = scores({0, 0.3}, 4);
  const VortexTwinScores centre_often = scores(centre, 0.5);
  const VortexTwinScores centre_seldom = scores(centre, 4);
  EXPECT_LT(often.ensemble_filter.median_error, centre_often.ensemble_filter.median_error);
  EXPECT_GT(seldom.ensemble_filter.median_error, 2 * centre_seldom.ensemble_filter.median_error);
  EXPECT_EQ(often.ensemble_filter.n_failed, 0);
  EXPECT_LE(centre_seldom.ensemble_filter.n_failed, 2);
  EXPECT_GT(seldom.ensemble_filter.n_failed, centre_seldom.ensemble_filter.n_failed);
  for (const VortexTwinScores& any : {often, centre_often}) {
    EXPECT_LE(any.ensemble_filter.median_interval[0], any.ensemble_filter.median_error);
    EXPECT_GE(any.ensemble_filter.median_interval[1], any.ensemble_filter.median_error);
    EXPECT_LT(any.ensemble_filter.median_interval[1], any.free.median_interval[0]);
    EXPECT_LT(any.ensemble_filter.median_error, any.free.median_error / 4);
    EXPECT_LT(any.particle_filter.median_error, any.free.median_error);
  }
}

TEST(VortexTwin, does_not_depend_on_threads) {
  VortexTwinOptions options;
  options.n_runs = 3;
  options.final_time = 2;
  const VortexTwinScores one = run_vortex_twin(options);
  options.threads = 3;
  EXPECT_EQ(run_vortex_twin(options).ensemble_filter.median_error,
            one.ensemble_filter.median_error);
}

// The binomial's tail by Boost, where 2^-n is a double and where it is none.
TEST(VortexTwin, the_medians_interval_has_its_chance_for_any_number_of_runs) {
  for (const std::size_t n : {6, 40, 1000, 2000, 5000}) {
    const auto rank = static_cast<double>(lower_rank_of_median(n));
    const boost::math::binomial_distribution<double> heads(static_cast<double>(n), 0.5);
    EXPECT_LE(boost::math::cdf(heads, rank), 0.025) << n;
    EXPECT_GT(boost::math::cdf(heads, rank + 1), 0.025) << n;
  }
  EXPECT_EQ(lower_rank_of_median(2000), 955U);
}

TEST(VortexTwin, refuses_intervals_between_steps) {
  EXPECT_THROW(scores({0, 0}, 0.51), Error);
  EXPECT_THROW(scores({0, 0}, 41), Error);
}

}  // namespace
}  // namespace lagoon::flow
