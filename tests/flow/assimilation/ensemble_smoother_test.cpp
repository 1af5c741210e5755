#include <cmath>
#include <limits>
#include <vector>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "flow/assimilation/ensemble/drifter_filter.hpp"
#include "flow/assimilation/ensemble/drifting_members.hpp"
#include "flow/assimilation/ensemble/iterative_smoother.hpp"
#include "flow/assimilation/ensemble/members.hpp"
#include "flow/assimilation/ensemble/multiple_data_assimilation.hpp"
#include "flow/error.hpp"
#include "flow/law/law_options.hpp"
#include "tests/flow/assimilation/ensemble_twin.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using tests::Twin;

/// Eight waves, 16 unknowns.
Law law_of(int n_drifters, int n_times, double rms_speed) {
  LawOptions options;
  options.max_wavenumber = 1;
  options.release = "uniform";
  options.n_drifters = n_drifters;
  options.n_times = n_times;
  options.rms_speed = rms_speed;
  options.noise_percent = 5;
  return make_law(options);
}

/// Drifters that hardly move, so that positions are linear in the control vector.
Law linear_law() {
  return law_of(3, 10, 1e-6);
}

EnsembleOptions some_members(Eigen::Index n, int threads = 1) {
  EnsembleOptions options;
  options.n_members = n;
  options.threads = threads;
  options.steps_per_interval = 2;
  return options;
}

/// Bayes' rule for h(0) + J x with x ~ N(0, I), J by what unit vectors show.
GaussianPosterior linear_posterior(const Twin& twin) {
  const TrackedDrifters drifters(twin.law, twin.space, twin.tracks(), 1, 0);
  const Eigen::Index n = twin.space.size();
  const MatrixXd at_zero = drifters.observe(MatrixXd::Zero(n, 1), 2, 1);
  const Observations& all = drifters.observations();
  std::vector<Eigen::Index> rows;
  for (Eigen::Index i = 0; i < all.values.size(); ++i) {
    if (!std::isnan(all.values[i])) rows.push_back(i);
  }
  const MatrixXd slope = (drifters.observe(MatrixXd::Identity(n, n), 2, 1).colwise() -
                          at_zero.col(0))(rows, Eigen::all);
  const VectorXd weights = all.variances(rows).cwiseInverse();
  const MatrixXd precision =
      MatrixXd::Identity(n, n) + slope.transpose() * weights.asDiagonal() * slope;
  const VectorXd departure = all.values(rows) - at_zero.col(0)(rows);
  return {precision.ldlt().solve(slope.transpose() * weights.cwiseProduct(departure)),
          precision.inverse()};
}

void expect_posterior(const MatrixXd& members, const GaussianPosterior& expected) {
  EXPECT_LT((members.rowwise().mean() - expected.mean).norm(), tests::kHardlyMovingDrifters);
  EXPECT_LT((tests::sample_covariance(members) - expected.covariance).norm(),
            tests::kHardlyMovingDrifters);
}

TEST(EnsembleSmoother, of_a_linear_flow_is_bayes_rule) {
  Law law = linear_law();
  law.release_time[1] = 0.015;
  law.missing_fraction = 0.2;
  const Twin twin(law);
  const GaussianPosterior expected = linear_posterior(twin);
  EXPECT_GT((expected.covariance.diagonal().array() < 0.5).count(), 8);  // something was learned
  for (const Eigen::Index n_members : {20, 60}) {
    const EnsembleOptions options = some_members(n_members);
    const DataAssimilations transform = {falling_coefficients(4, 2), Analysis::square_root};
    expect_posterior(
        assimilate_repeatedly(law, twin.space, twin.tracks(), transform, options).members,
        expected);
    const IterativePosterior iterated =
        smooth_iteratively(law, twin.space, twin.tracks(), {}, options);
    expect_posterior(iterated.ensemble.members, expected);
    EXPECT_TRUE(iterated.converged);
    expect_posterior(filter_drifters(law, twin.space, twin.tracks(), {}, options).members,
                     expected);
  }
}

TEST(EnsembleSmoother, forgets_where_it_began) {
  const Twin twin(linear_law());
  const EnsembleOptions options = some_members(40);
  const TrackedDrifters drifters(twin.law, twin.space, twin.tracks(), 1, 0);
  const EnsemblePosterior start = {normals(16, 5, {9, Purpose::ensemble_member, 0}),
                                   VectorXd::Unit(5, 2)};
  const IterativePosterior result = smooth_iteratively(drifters, {}, options, start);
  expect_posterior(result.ensemble.members, linear_posterior(twin));
  EXPECT_LT((result.gaussian.covariance - tests::sample_covariance(result.ensemble.members)).norm(),
            tests::kSmallAlgebra);
}

// Perturbed observations have Kalman's covariance in expectation: many members are near.
TEST(EnsembleSmoother, with_perturbed_observations_converges_to_bayes_rule) {
  const Twin twin(linear_law());
  const DataAssimilations perturbed = {falling_coefficients(4, 2),
                                       Analysis::perturbed_observations};
  const MatrixXd members =
      assimilate_repeatedly(twin.law, twin.space, twin.tracks(), perturbed, some_members(4000))
          .members;
  const GaussianPosterior expected = linear_posterior(twin);
  EXPECT_LT(
      (tests::sample_covariance(members) - expected.covariance).norm() / expected.covariance.norm(),
      tests::kSampledCovariance);
}

double relative_error(const Twin& twin, const MatrixXd& members) {
  return (members.rowwise().mean() - twin.truth()).norm() / twin.truth().norm();
}

TEST(EnsembleMethods, find_a_flow_that_moves_drifters_far) {
  const Law law = law_of(6, 50, 5.5);
  for (std::uint64_t number = 0; number < 3; ++number) {
    const Twin twin(law, number);
    const EnsembleOptions options = some_members(60);
    const IterativePosterior iterated =
        smooth_iteratively(law, twin.space, twin.tracks(), {}, options);
    EXPECT_TRUE(iterated.converged);
    EXPECT_NEAR(iterated.misfit, 1, tests::kMisfitOfSixHundred);
    EXPECT_LT(relative_error(twin, iterated.ensemble.members), tests::kResolvedFlow);
    const MatrixXd filtered = filter_drifters(law, twin.space, twin.tracks(), {}, options).members;
    EXPECT_LT(relative_error(twin, filtered), tests::kResolvedFlow);
    const MatrixXd repeated =
        assimilate_repeatedly(law, twin.space, twin.tracks(), {}, options).members;
    EXPECT_LT(relative_error(twin, repeated), 2 * tests::kResolvedFlow);
  }
}

TEST(EnsembleMethods, find_an_unknown_mean_velocity) {
  const Law law = law_of(6, 50, 5.5);
  Law moving = law;
  moving.mean_velocity = {2, -1};
  const Twin moved(moving);
  const ControlSpace space(law, 3);
  const EnsembleOptions options = some_members(60);
  const MatrixXd smoothed =
      smooth_iteratively(law, space, moved.tracks(), {}, options).ensemble.members;
  const MatrixXd filtered = filter_drifters(law, space, moved.tracks(), {}, options).members;
  for (const MatrixXd& members : {smoothed, filtered}) {
    EXPECT_NEAR(3 * members.row(16).mean(), 2, tests::kFoundMeanVelocity);
    EXPECT_NEAR(3 * members.row(17).mean(), -1, tests::kFoundMeanVelocity);
  }
}

TEST(EnsembleMethods, do_not_depend_on_threads) {
  const Twin twin(law_of(3, 20, 5.5));
  const auto all = [&](int threads) {
    const EnsembleOptions options = some_members(40, threads);
    MatrixXd result(16, 120);
    result << smooth_iteratively(twin.law, twin.space, twin.tracks(), {}, options).ensemble.members,
        filter_drifters(twin.law, twin.space, twin.tracks(), {}, options).members,
        assimilate_repeatedly(twin.law, twin.space, twin.tracks(), {}, options).members;
    return result;
  };
  EXPECT_EQ(all(1), all(3));
}

/// Positions (member, drifter, time) by members that stop at every node.
tests::Paths stopped_paths(const Law& law, const ControlSpace& space, const MatrixXd& controls) {
  DriftingMembers members(law, space, controls, 3, {}, 1);
  const std::size_t size = law.n_drifters() * law.n_times();
  tests::Paths paths;
  paths.x.resize(static_cast<std::size_t>(controls.cols()) * size);
  paths.y.resize(paths.x.size());
  for (const Interval& interval : intervals_of(law)) {
    members.advance(interval);
    if (!interval.ends_observed) continue;
    for (std::size_t i = 0; i < paths.x.size() / law.n_times(); ++i) {
      const auto row = space.size() + 2 * static_cast<Eigen::Index>(i % law.n_drifters());
      const auto member = static_cast<Eigen::Index>(i / law.n_drifters());
      paths.x[i * law.n_times() + interval.observation] = members.state(row, member);
      paths.y[i * law.n_times() + interval.observation] = members.state(row + 1, member);
    }
  }
  return paths;
}

TEST(DriftingMembers, that_stop_follow_the_paths_of_those_that_do_not) {
  Law law = law_of(11, 7, 5.5);
  law.release_time[4] = 0.031;
  law.release_time[9] = law.times[2];
  const ControlSpace space(law);
  const MatrixXd controls = normals(space.size(), 19, {2, Purpose::ensemble_member, 0});
  tests::Coefficients psi_hat;
  for (const auto member : controls.colwise()) {
    const auto flow = space.psi_hat(member);
    psi_hat.insert(psi_hat.end(), flow.begin(), flow.end());
  }
  EXPECT_LT(tests::largest_difference(stopped_paths(law, space, controls),
                                      tests::fixed_paths(law, psi_hat, 3)),
            tests::kSeparableSum);
}

TEST(DriftingMembers, have_mean_velocities_of_their_own) {
  const Law law = law_of(11, 7, 5.5);
  const ControlSpace space(law, 2);
  const MatrixXd controls = normals(space.size(), 3, {2, Purpose::ensemble_member, 0});
  const tests::Paths paths = stopped_paths(law, space, controls);
  for (Eigen::Index member = 0; member < 3; ++member) {
    Law own = law;
    own.mean_velocity = {2 * controls(16, member), 2 * controls(17, member)};
    const tests::Paths expected = tests::fixed_paths(own, space.psi_hat(controls.col(member)), 3);
    const std::size_t first = static_cast<std::size_t>(member) * expected.x.size();
    for (std::size_t i = 0; i < expected.x.size(); ++i) {
      EXPECT_NEAR(paths.x[first + i], expected.x[i], tests::kSeparableSum);
      EXPECT_NEAR(paths.y[first + i], expected.y[i], tests::kSeparableSum);
    }
  }
}

// Without a flow, drifters spread by 2 diffusivity t, each member's by its own motion.
TEST(DriftingMembers, diffuse) {
  Law law = law_of(10, 4, 5.5);
  law.diffusivity = 0.05;
  const ControlSpace space(law);
  const MatrixXd controls = MatrixXd::Zero(space.size(), 400);
  const tests::Paths paths = stopped_paths(law, space, controls);
  double sum = 0;
  for (std::size_t i = 0; i < paths.x.size(); ++i) {
    const std::size_t drifter = i / 4 % 10;
    if (i % 4 == 3) sum += std::pow(paths.x[i] - law.release_x[drifter], 2) / 4000;
  }
  EXPECT_NEAR(sum, 2 * 0.05 * 0.1, tests::kManySigmas * 0.01 * std::sqrt(2.0 / 4000));
}

TEST(TrackedDrifters, see_every_nth_time_counted_from_the_last) {
  const Law law = law_of(1, 10, 5.5);
  EXPECT_EQ(chosen_times(law, 4), (std::vector<std::size_t>{1, 5, 9}));
  EXPECT_EQ(chosen_times(law, 100), std::vector<std::size_t>{9});
  const Twin twin(law);
  const TrackedDrifters drifters(law, twin.space, twin.tracks(), 4, 0);
  const VectorXd& values = drifters.observations().values;
  ASSERT_EQ(values.size(), 6);
  EXPECT_EQ(values[2], twin.x[5]);
  EXPECT_EQ(values[5], twin.y[9]);
  // The same steps as over all times.
  const TrackedDrifters all(law, twin.space, twin.tracks(), 1, 0);
  const double difference = (drifters.observe(twin.truth(), 5, 1).bottomRows(2) -
                             all.observe(twin.truth(), 5, 1).bottomRows(2))
                                .norm();
  EXPECT_LT(difference, tests::kSeparableSum);
}

TEST(EnsembleMethods, say_what_they_cannot_do) {
  Law law = law_of(1, 10, 5.5);
  const Twin twin(law);
  const EnsembleOptions options = some_members(40);
  EXPECT_THROW(smooth_iteratively(law, twin.space, twin.tracks(), {}, some_members(17)), Error);
  EXPECT_THROW(assimilate_repeatedly(law, twin.space, twin.tracks(),
                                     {{2, 3}, Analysis::square_root}, options),
               Error);
  std::vector<double> unseen(10, std::numeric_limits<double>::quiet_NaN());
  EXPECT_THROW(smooth_iteratively(law, twin.space, {unseen, unseen}, {}, options), Error);
  law.diffusivity = 0.1;
  EXPECT_THROW(smooth_iteratively(law, twin.space, twin.tracks(), {}, options), Error);
  EXPECT_NO_THROW(filter_drifters(law, twin.space, twin.tracks(), {}, options));
  law.observation_noise_std = 0;
  EXPECT_THROW(filter_drifters(law, twin.space, twin.tracks(), {}, options), Error);
  law.damping.assign(law.n_modes(), 1);
  EXPECT_THROW(filter_drifters(law, twin.space, twin.tracks(), {}, options), Error);
}

}  // namespace
}  // namespace lagoon::flow
