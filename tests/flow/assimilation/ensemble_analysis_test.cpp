#include <cmath>
#include <limits>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "flow/assimilation/ensemble/analysis.hpp"
#include "flow/assimilation/ensemble/members.hpp"
#include "flow/assimilation/ensemble/multiple_data_assimilation.hpp"
#include "flow/error.hpp"
#include "tests/flow/assimilation/ensemble_twin.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr DrawKey kKey = {5, Purpose::ensemble_error, 0};

/// n states, p observations of them by a random matrix, an ensemble.
struct Problem {
  Problem(Index n, Index p, Index n_members)
      : ensemble(normals(n, n, {1, Purpose::ensemble_member, 0}) *
                 normals(n, n_members, {1, Purpose::ensemble_member, 1})),
        matrix(normals(p, n, {1, Purpose::ensemble_member, 2})) {
    seen.values = normals(p, 1, {1, Purpose::ensemble_member, 3});
    seen.variances = normals(p, 1, {1, Purpose::ensemble_member, 4}).array().square() + 0.1;
  }

  MatrixXd observed() const { return matrix * ensemble; }

  MatrixXd analysed(Analysis analysis, const DrawKey& key = kKey) const {
    MatrixXd result = ensemble;
    analyse(analysis, observed(), seen, key, result);
    return result;
  }

  MatrixXd ensemble;
  MatrixXd matrix;
  Observations seen;
};

/// Kalman's analysis with the ensemble's mean and covariance, by dense matrices.
struct Kalman {
  explicit Kalman(const Problem& problem) {
    const MatrixXd& h = problem.matrix;
    const MatrixXd prior = tests::sample_covariance(problem.ensemble);
    const VectorXd prior_mean = problem.ensemble.rowwise().mean();
    MatrixXd innovation = h * prior * h.transpose();
    innovation.diagonal() += problem.seen.variances;
    const MatrixXd gain = prior * h.transpose() * innovation.inverse();
    mean = prior_mean + gain * (problem.seen.values - h * prior_mean);
    covariance = prior - gain * h * prior;
  }
  VectorXd mean;
  MatrixXd covariance;
};

double relative_difference(const MatrixXd& a, const MatrixXd& b) {
  return (a - b).norm() / b.norm();
}

/// More states than members, fewer; more observations than members, fewer.
const Problem& problems(int i) {
  static const Problem all[] = {{6, 3, 20}, {6, 40, 20}, {30, 5, 10}, {30, 50, 10}, {1, 1, 2}};
  return all[i];
}

TEST(SquareRootAnalysis, has_the_mean_and_covariance_of_kalman) {
  for (int i = 0; i < 5; ++i) {
    const Kalman kalman(problems(i));
    const MatrixXd analysed = problems(i).analysed(Analysis::square_root);
    EXPECT_LT(relative_difference(analysed.rowwise().mean(), kalman.mean), tests::kSmallAlgebra);
    EXPECT_LT(relative_difference(tests::sample_covariance(analysed), kalman.covariance),
              tests::kSmallAlgebra)
        << i;
  }
}

// The symmetric root moves members least: anomalies times a symmetric positive matrix.
TEST(SquareRootAnalysis, is_the_symmetric_transform) {
  const Problem& problem = problems(2);  // more states than members, so that it can be solved for
  const MatrixXd before = anomalies(problem.ensemble);
  const MatrixXd after = anomalies(problem.analysed(Analysis::square_root));
  const MatrixXd transform = before.completeOrthogonalDecomposition().solve(after);
  EXPECT_LT((transform - transform.transpose()).norm(), tests::kSmallAlgebra);
  EXPECT_GT(Eigen::SelfAdjointEigenSolver<MatrixXd>(transform).eigenvalues().minCoeff(),
            -tests::kSmallAlgebra);
}

TEST(PerturbedObservations, have_the_mean_of_kalman) {
  for (int i = 0; i < 5; ++i) {
    const MatrixXd analysed = problems(i).analysed(Analysis::perturbed_observations);
    EXPECT_LT(relative_difference(analysed.rowwise().mean(), Kalman(problems(i)).mean),
              tests::kSmallAlgebra);
  }
}

// Errors drawn an observation and errors drawn along the members' axes.
TEST(PerturbedObservations, have_the_covariance_of_kalman_on_average) {
  constexpr int kRepeats = 2000;
  for (const int i : {0, 1}) {
    const Problem& problem = problems(i);
    MatrixXd mean = MatrixXd::Zero(6, 6);
    for (std::uint64_t repeat = 0; repeat < kRepeats; ++repeat) {
      mean += tests::sample_covariance(problem.analysed(Analysis::perturbed_observations,
                                                        {repeat, Purpose::ensemble_error, 0})) /
              kRepeats;
    }
    EXPECT_LT(relative_difference(mean, Kalman(problem).covariance), tests::kSampledCovariance);
  }
}

TEST(PerturbedObservations, converge_with_the_number_of_members) {
  double error = std::numeric_limits<double>::infinity();
  for (const Index n_members : {100, 10000}) {
    const Problem problem(4, 6, n_members);
    const double next = relative_difference(
        tests::sample_covariance(problem.analysed(Analysis::perturbed_observations)),
        Kalman(problem).covariance);
    EXPECT_LT(next, error / 3);  // a tenth, in expectation
    error = next;
  }
  EXPECT_LT(error, tests::kSampledCovariance);
}

TEST(Analysis, does_not_depend_on_the_order_of_the_members) {
  const Problem& problem = problems(1);
  Problem reversed = problem;
  reversed.ensemble = problem.ensemble.rowwise().reverse();
  EXPECT_LT(relative_difference(reversed.analysed(Analysis::square_root),
                                problem.analysed(Analysis::square_root).rowwise().reverse()),
            tests::kSmallAlgebra);
  EXPECT_LT(
      relative_difference(reversed.analysed(Analysis::perturbed_observations).rowwise().mean(),
                          problem.analysed(Analysis::perturbed_observations).rowwise().mean()),
      tests::kSmallAlgebra);
}

TEST(Analysis, is_a_function_of_its_key) {
  const Problem& problem = problems(0);
  EXPECT_EQ(problem.analysed(Analysis::perturbed_observations),
            problem.analysed(Analysis::perturbed_observations));
  EXPECT_NE(problem.analysed(Analysis::perturbed_observations),
            problem.analysed(Analysis::perturbed_observations, {6, Purpose::ensemble_error, 0}));
}

TEST(Analysis, leaves_out_what_was_not_seen) {
  Problem gap = problems(0);
  gap.seen.values[1] = std::nan("");
  Problem without = gap;
  without.matrix = gap.matrix({0, 2}, Eigen::all);
  without.seen = {gap.seen.values(std::vector{0, 2}), gap.seen.variances(std::vector{0, 2})};
  EXPECT_EQ(gap.analysed(Analysis::square_root), without.analysed(Analysis::square_root));
  gap.seen.values.setConstant(std::nan(""));
  EXPECT_EQ(gap.analysed(Analysis::square_root), gap.ensemble);
  EXPECT_EQ(gap.analysed(Analysis::perturbed_observations), gap.ensemble);
}

// Emerick & Reynolds (2013), section 2.
TEST(MultipleDataAssimilation, of_a_linear_model_is_kalmans) {
  for (const int i : {0, 1}) {
    const Problem& problem = problems(i);
    MatrixXd ensemble = problem.ensemble;
    for (const double coefficient : falling_coefficients(5, 1.7)) {
      const ObservedSpread spread(problem.matrix * ensemble, problem.seen);
      apply(spread.update(Analysis::square_root, kKey, coefficient), ensemble);
    }
    const Kalman kalman(problem);
    EXPECT_LT(relative_difference(ensemble.rowwise().mean(), kalman.mean), tests::kSmallAlgebra);
    EXPECT_LT(relative_difference(tests::sample_covariance(ensemble), kalman.covariance),
              tests::kSmallAlgebra);
  }
}

TEST(LocalAnalysis, with_all_weights_one_is_the_analysis) {
  const Problem& problem = problems(2);
  MatrixXd local = problem.ensemble;
  analyse_locally(problem.observed(), problem.seen, MatrixXd::Ones(30, 5), 2, local);
  EXPECT_LT(relative_difference(local, problem.analysed(Analysis::square_root)),
            tests::kSmallAlgebra);
}

TEST(LocalAnalysis, weights_divide_error_variances_and_zero_hides) {
  const Problem& problem = problems(2);
  MatrixXd weights = MatrixXd::Constant(30, 5, 0.25);
  weights.row(7).setZero();
  MatrixXd local = problem.ensemble;
  analyse_locally(problem.observed(), problem.seen, weights, 1, local);
  EXPECT_EQ(local.row(7), problem.ensemble.row(7));
  Problem vague = problem;
  vague.seen.variances *= 4;
  EXPECT_LT(relative_difference(local.topRows(7), vague.analysed(Analysis::square_root).topRows(7)),
            tests::kSmallAlgebra);
}

TEST(Rotation, keeps_mean_and_covariance) {
  for (const Index n_members : {2, 3, 24}) {
    const MatrixXd before = normals(7, n_members, kKey);
    MatrixXd after = before;
    rotate(after, {3, Purpose::ensemble_rotation, 0});
    EXPECT_LT(relative_difference(after.rowwise().mean(), before.rowwise().mean()),
              tests::kSmallAlgebra);
    EXPECT_LT(
        relative_difference(tests::sample_covariance(after), tests::sample_covariance(before)),
        tests::kSmallAlgebra);
    if (n_members > 2) {
      EXPECT_GT(relative_difference(after, before), 0.1);
    }
  }
}

TEST(Rotation, is_orthogonal_and_uniform) {
  constexpr Index kMembers = 4;
  MatrixXd mean = MatrixXd::Zero(kMembers, kMembers);
  constexpr int kRepeats = 4000;
  for (std::uint64_t i = 0; i < kRepeats; ++i) {
    const MatrixXd q = mean_preserving_rotation(kMembers, {i, Purpose::ensemble_rotation, 0});
    EXPECT_LT((q.transpose() * q - MatrixXd::Identity(kMembers, kMembers)).norm(),
              tests::kSmallAlgebra);
    mean += q / kRepeats;
  }
  // A uniform rotation of what is orthogonal to 1 has mean 0 there.
  EXPECT_LT((mean.array() - 1.0 / kMembers).abs().maxCoeff(),
            tests::kManySigmas * 0.5 / std::sqrt(kRepeats));
}

TEST(Members, have_matched_moments) {
  const MatrixXd members = draw_members(10, 25, true, kKey);
  EXPECT_LT(members.rowwise().mean().norm(), tests::kSmallAlgebra);
  EXPECT_LT((tests::sample_covariance(members) - MatrixXd::Identity(10, 10)).norm(),
            tests::kSmallAlgebra);
  EXPECT_EQ(draw_members(10, 25, false, kKey).leftCols(7), draw_members(10, 7, false, kKey));
}

TEST(Members, inflation_scales_the_anomalies_alone) {
  MatrixXd ensemble = problems(0).ensemble;
  inflate(ensemble, 1.5);
  EXPECT_LT(relative_difference(tests::sample_covariance(ensemble),
                                2.25 * tests::sample_covariance(problems(0).ensemble)),
            tests::kSmallAlgebra);
  EXPECT_LT(relative_difference(ensemble.rowwise().mean(), problems(0).ensemble.rowwise().mean()),
            tests::kSmallAlgebra);
}

TEST(Analysis, refuses_what_has_no_spread_or_error) {
  Problem problem = problems(0);
  MatrixXd one = problem.ensemble.leftCols(1);
  EXPECT_THROW(analyse(Analysis::square_root, problem.matrix * one, problem.seen, kKey, one),
               Error);
  problem.seen.variances[1] = 0;
  EXPECT_THROW(problem.analysed(Analysis::square_root), Error);
}

}  // namespace
}  // namespace lagoon::flow
