#include "contrastive/theory/canonical.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "contrastive/theory/divergence.hpp"
#include "contrastive/theory/optimal_tilts.hpp"
#include "contrastive/theory/population_loss.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/theory/random_pair.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::kFewRoundings;
using tests::kSmallMatrices;

void expect_orthonormal(const Eigen::MatrixXd& columns) {
  const auto n = columns.cols();
  EXPECT_LE((columns.transpose() * columns - Eigen::MatrixXd::Identity(n, n)).norm(),
            kSmallMatrices);
}

void expect_decomposition(const GaussianPair& pair) {
  const CanonicalPair modes = canonical(pair);
  EXPECT_EQ(modes.size(), std::min(pair.n_u(), pair.n_v()));
  expect_orthonormal(modes.U);
  expect_orthonormal(modes.V);
  const Eigen::MatrixXd whitened = modes.U * modes.s.asDiagonal() * modes.V.transpose();
  EXPECT_LE((modes.root_uu * whitened * modes.root_vv - pair.cov_uv).norm(), kSmallMatrices);
  EXPECT_LE((modes.root_uu * modes.root_uu - pair.cov_uu).norm(), kSmallMatrices);
  EXPECT_LE((modes.root_vv - modes.root_vv.transpose()).norm(), kSmallMatrices);
  for (Eigen::Index i = 1; i < modes.size(); ++i) EXPECT_GE(modes.s(i - 1), modes.s(i));
  EXPECT_LT(modes.s(0), 1);
}

TEST(Canonical, pairs_of_any_sizes_are_decomposed) {
  for (Eigen::Index n_u = 1; n_u <= 8; n_u += 1)
    for (Eigen::Index n_v = 1; n_v <= 8; n_v += 3)
      expect_decomposition(random_pair(n_u, n_v, static_cast<std::uint64_t>(10 * n_u + n_v)));
}

TEST(Canonical, mutual_information_is_the_divergence_from_independence) {
  const GaussianPair pair = random_pair(4, 3, 3);
  GaussianPair independent = pair;
  independent.cov_uv.setZero();
  EXPECT_NEAR(mutual_information(pair), kl_joint(pair, independent), kSmallMatrices);
  EXPECT_NEAR(mutual_information(planar_pair()), -0.5 * std::log(5.0 / 9), kFewRoundings);
}

GaussianPair mapped(const GaussianPair& pair, const Eigen::MatrixXd& of_u,
                    const Eigen::MatrixXd& of_v) {
  const Eigen::MatrixXd uu = of_u * pair.cov_uu * of_u.transpose();
  const Eigen::MatrixXd vv = of_v * pair.cov_vv * of_v.transpose();
  return {of_u * pair.mean_u, of_v * pair.mean_v, 0.5 * (uu + uu.transpose()),
          of_u * pair.cov_uv * of_v.transpose(), 0.5 * (vv + vv.transpose())};
}

TEST(Canonical, invertible_linear_maps_change_no_correlation_and_no_divergence) {
  const GaussianPair pair = random_pair(5, 3, 8);
  const Eigen::MatrixXd of_u = random_matrix(5, 5, 1) + 2 * Eigen::MatrixXd::Identity(5, 5);
  const Eigen::MatrixXd of_v = random_matrix(3, 3, 2) + 2 * Eigen::MatrixXd::Identity(3, 3);
  const GaussianPair other = mapped(pair, of_u, of_v);
  EXPECT_LE((canonical(pair).s - canonical(other).s).norm(), kSmallMatrices);
  for (const Optimum optimum : kOptima)
    for (int rank = 0; rank <= 3; ++rank) {
      const Tilt tilt = optimal_tilt(optimum, pair, rank),
                 image = optimal_tilt(optimum, other, rank);
      EXPECT_NEAR(j_joint(pair, tilt), j_joint(other, image), kSmallMatrices) << to_string(optimum);
      EXPECT_NEAR(j_cond(pair, tilt, 2, 0), j_cond(other, image, 2, 0), kSmallMatrices);
      EXPECT_NEAR(j_cond(pair, tilt, 0, 2), j_cond(other, image, 0, 2), kSmallMatrices);
      // The tilt itself is carried over: its value at a pair of points is the same.
      EXPECT_LE((of_u.transpose() * image.A * of_v - tilt.A).norm(), kSmallMatrices);
    }
}

TEST(Canonical, independent_modalities_have_no_correlation) {
  GaussianPair pair = random_pair(4, 2, 5);
  pair.cov_uv.setZero();
  EXPECT_EQ(canonical(pair).s, Eigen::VectorXd::Zero(2));
  EXPECT_EQ(mutual_information(pair), 0);
}

TEST(Canonical, correlations_below_rounding_are_zero) {
  // v's second component is independent of u: rank 1.
  GaussianPair pair = random_pair(4, 2, 5);
  const Eigen::VectorXd direction = pair.cov_uv.col(0);
  pair.cov_uv = direction * Eigen::RowVector2d(1, 2) / 4;
  EXPECT_EQ(canonical(pair).s(1), 0);
  EXPECT_GT(canonical(pair).s(0), 0.01);
}

void expect_refused(const GaussianPair& pair, const std::string& reason) {
  try {
    canonical(pair);
    FAIL() << "accepted: " << reason;
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
  }
}

TEST(Canonical, laws_that_are_not_positive_definite_are_refused) {
  GaussianPair determined = planar_pair();
  determined.cov_uv(0, 0) = 1.5;
  expect_refused(determined, "canonical correlation");
  determined.cov_uv(0, 0) = 2;
  expect_refused(determined, "canonical correlation");
  GaussianPair singular = random_pair(2, 2, 1);
  singular.cov_uu << 1, 1, 1, 1;
  expect_refused(singular, "covariance of u is not positive definite");
  singular.cov_uu << 1, 2, 2, 1;
  expect_refused(singular, "covariance of u is not positive definite");
  GaussianPair lopsided = random_pair(2, 2, 1);
  lopsided.cov_vv(0, 1) *= 2;
  expect_refused(lopsided, "covariance of v is not symmetric");
  GaussianPair missing = random_pair(2, 2, 1);
  missing.cov_uv(1, 1) = std::nan("");
  expect_refused(missing, "not finite");
}

}  // namespace
}  // namespace lagoon::contrastive
