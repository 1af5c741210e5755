#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "flow/assimilation/conditional_gaussian/exactness.hpp"
#include "flow/assimilation/conditional_gaussian/increment_regression.hpp"
#include "flow/error.hpp"
#include "tests/flow/assimilation/conditional_gaussian/dense_posterior.hpp"
#include "tests/support/tolerances.hpp"

// The posterior by regression of increments.
namespace lagoon::flow {
namespace {

using tests::Twins;

void expect_dense(const Law& law, const ControlSpace& space, const Tracks& tracks,
                  IncrementRule rule) {
  const ExactPosterior fast = exact_posterior(law, space, tracks, rule);
  const auto dense = tests::dense_posterior(
      tests::dense_data(law, space, tracks, rule == IncrementRule::trapezoid));
  EXPECT_LT((fast.posterior.mean - dense.posterior.mean).cwiseAbs().maxCoeff(),
            tests::kExactPosterior);
  EXPECT_LT((fast.posterior.covariance - dense.posterior.covariance).cwiseAbs().maxCoeff(),
            tests::kExactPosterior);
  EXPECT_NEAR(fast.log_evidence / dense.log_evidence, 1, tests::kExactPosterior);
  EXPECT_NEAR(fast.information, -tests::log_determinant(dense.posterior.covariance) / 2,
              tests::kExactPosterior * fast.information);
}

/// Drifters that come late, gaps, uneven times, a mean flow that is known and one that is not.
Law difficult_law() {
  Law law = tests::diffusing_law(5, 150);
  law.mean_velocity = {0.4, -0.3};
  law.release_time = {0, law.times[20], 0.4 * law.times[7] + 0.6 * law.times[8], 0, law.times[146]};
  law.times.erase(law.times.begin() + 3, law.times.begin() + 5);
  return law;
}

Twins with_gaps(Twins twins) {
  for (const std::size_t lost : {0, 4, 5, 151, 290, 591}) {
    twins.paths.x[lost] = twins.paths.y[lost] = tests::kNaN;
  }
  return twins;
}

TEST(ExactPosterior, is_that_of_the_whole_covariance_of_the_data) {
  const Law law = tests::diffusing_law(8, 40);
  const Twins twins = tests::draw_twins(law, 0, 2);
  for (const IncrementRule rule : {IncrementRule::left_point, IncrementRule::trapezoid}) {
    expect_dense(law, ControlSpace(law), tests::tracks_of(law, twins, 1), rule);
  }
}

TEST(ExactPosterior, knows_gaps_releases_and_mean_flows) {
  const Law law = difficult_law();
  const Twins twins = with_gaps(tests::draw_twins(law, 0, 1));
  for (const IncrementRule rule : {IncrementRule::left_point, IncrementRule::trapezoid}) {
    expect_dense(law, ControlSpace(law), tests::tracks_of(law, twins, 0), rule);
    expect_dense(law, ControlSpace(law, 0.7), tests::tracks_of(law, twins, 0), rule);
  }
}

TEST(ExactPosterior, of_nothing_seen_is_the_prior) {
  const Law law = tests::diffusing_law(2, 10);
  const std::vector<double> nowhere(20, tests::kNaN);
  const ExactPosterior exact = exact_posterior(law, ControlSpace(law), {nowhere, nowhere});
  EXPECT_EQ(exact.posterior.mean, Eigen::VectorXd::Zero(96));
  EXPECT_EQ(exact.posterior.covariance, Eigen::MatrixXd::Identity(96, 96));
  EXPECT_EQ(exact.information, 0);
  EXPECT_EQ(exact.log_evidence, 0);
}

TEST(ExactPosterior, learns_from_every_drifter) {
  double before = 0;
  for (const int n_drifters : {1, 2, 8}) {
    const Law law = tests::diffusing_law(n_drifters, 100);
    const Twins twins = tests::draw_twins(law, 0, 1);
    const double information =
        exact_posterior(law, ControlSpace(law), tests::tracks_of(law, twins, 0)).information;
    EXPECT_GT(information, before);
    before = information;
  }
}

TEST(ExactPosterior, reasons_say_where_it_is_not) {
  const Law law = tests::diffusing_law(2, 10);
  EXPECT_EQ(why_not_exact(law), "");
  const auto reason = [&](auto change) {
    Law other = law;
    change(other);
    return why_not_exact(other);
  };
  EXPECT_NE(reason([](Law& l) { l.diffusivity = 0; }).find("no diffusivity"), std::string::npos);
  EXPECT_NE(reason([](Law& l) { l.observation_noise_std = 1e-3; }).find("with errors"),
            std::string::npos);
  EXPECT_NE(reason([](Law& l) { l.damping[5] = 1; }).find("filter"), std::string::npos);
  EXPECT_NE(reason([](Law& l) { l.release_time[1] = l.times[3] / 2.5; }).find("released"),
            std::string::npos);
  EXPECT_EQ(reason([](Law& l) { l.release_time[1] = l.times[3]; }), "");
  EXPECT_NE(reason([](Law& l) { l.missing_fraction = 0.1; }).find("gap"), std::string::npos);
}

TEST(ExactPosterior, refuses_laws_and_tracks_that_it_cannot_take) {
  const Law law = tests::diffusing_law(2, 10);
  const std::vector<double> positions(20, 0.5);
  const auto refused = [&](Law other, std::size_t size) {
    const std::span few(positions.data(), size);
    EXPECT_THROW(exact_posterior(other, ControlSpace(other), {few, few}), Error);
  };
  Law other = law;
  other.diffusivity = 0;
  refused(other, 20);
  other = law;
  other.observation_noise_std = 0.01;
  refused(other, 20);
  other = law;
  other.damping[1] = 1;
  refused(other, 20);
  refused(law, 19);
}

TEST(ExactPosterior, covers_the_truth_as_often_as_it_says) {
  const Law law = tests::diffusing_law(8, 100);
  const ControlSpace space(law);
  const IncrementRegression regression(law, space);
  const Twins twins = tests::draw_twins(law, 0, 200);
  tests::Coverage coverage;
  for (std::size_t i = 0; i < 200; ++i) {
    coverage.add(space.control(tests::flow_of(law, twins.psi_hat, i)),
                 regression.posterior(tests::tracks_of(law, twins, i)).posterior);
  }
  EXPECT_NEAR(coverage.share(), 0.9, tests::kCoverageOfNinety);
  RecordProperty("coverage", std::to_string(coverage.share()));
}

}  // namespace
}  // namespace lagoon::flow
