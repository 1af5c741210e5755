#include "contrastive/theory/optimal_tilts.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/SVD>
#include <gtest/gtest.h>

#include "contrastive/theory/divergence.hpp"
#include "contrastive/theory/population_loss.hpp"
#include "contrastive/theory/positive_definite.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/theory/free_encoders.hpp"
#include "tests/contrastive/theory/random_pair.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using Eigen::MatrixXd;
using tests::kClosedForm;
using tests::kRoundingRelative;
using tests::kSmallMatrices;

double smallest_eigenvalue(const MatrixXd& symmetric) {
  return Eigen::SelfAdjointEigenSolver<MatrixXd>(symmetric).eigenvalues().minCoeff();
}

MatrixXd truncated(const MatrixXd& matrix, Eigen::Index rank) {
  const Eigen::JacobiSVD<MatrixXd> svd(matrix, Eigen::ComputeThinU | Eigen::ComputeThinV);
  return svd.matrixU().leftCols(rank) * svd.singularValues().head(rank).asDiagonal() *
         svd.matrixV().leftCols(rank).transpose();
}

void expect_near(const MatrixXd& one, const MatrixXd& other, double tolerance) {
  ASSERT_EQ(one.rows(), other.rows());
  ASSERT_EQ(one.cols(), other.cols());
  EXPECT_LE((one - other).cwiseAbs().maxCoeff(), tolerance);
}

TEST(OptimalTilts, encoders_make_the_tilt_and_vanish_at_the_means) {
  for (const GaussianPair& pair : twenty_pairs())
    for (const Optimum optimum : kOptima)
      for (int rank = 0; rank <= modes_of(pair) + 1; ++rank) {
        const LinearEncoders encoders = optimal_encoders(optimum, pair, rank);
        ASSERT_EQ(encoders.G.rows(), rank);
        ASSERT_EQ(encoders.H.rows(), rank);
        const Tilt tilt = optimal_tilt(optimum, pair, rank);
        const Tilt made = is_quadratic(optimum) ? quadratic_tilt(encoders, pair)
                                                : inner_product_tilt(encoders, pair);
        const double scale = 1 + tilt.A.norm() + tilt.B.norm() + tilt.C.norm();
        expect_near(made.A, tilt.A, scale * kRoundingRelative);
        expect_near(made.B, tilt.B, scale * kRoundingRelative);
        expect_near(made.C, tilt.C, scale * kRoundingRelative);
        EXPECT_LE(made.a.norm() + made.c.norm(), scale * kRoundingRelative);
      }
}

TEST(OptimalTilts, full_rank_formulas_are_those_printed) {
  for (const GaussianPair& pair : twenty_pairs()) {
    const int full = modes_of(pair);
    const MatrixXd uu = pair.cov_uu.inverse(), vv = pair.cov_vv.inverse();
    const MatrixXd u_v = u_given_v(pair).covariance, v_u = v_given_u(pair).covariance;
    const double scale = uu.norm() * vv.norm() * (1 + u_v.inverse().norm() + v_u.inverse().norm());
    const double tolerance = kRoundingRelative * scale;
    // (43), (49a), (49b).
    expect_near(cosine_conditional(pair, full).A, uu * pair.cov_uv * vv, tolerance);
    const Tilt one_sided = quadratic_one_sided(pair, full);
    expect_near(one_sided.A, u_v.inverse() * pair.cov_uv * vv, tolerance);
    expect_near(one_sided.B, uu * pair.cov_uv * v_u.inverse() * pair.cov_uv.transpose() * uu,
                tolerance);
    EXPECT_NEAR((one_sided.B - (u_v.inverse() - uu)).norm(), 0, tolerance);
  }
}

TEST(OptimalTilts, low_rank_formulas_are_those_printed) {
  const GaussianPair pair = random_pair(6, 4, 21);
  const CanonicalPair modes = canonical(pair);
  const MatrixXd whitened = modes.inverse_root_uu * pair.cov_uv * modes.inverse_root_vv;
  for (int rank = 1; rank <= 4; ++rank) {
    // (44).
    expect_near(cosine_conditional(pair, rank).A,
                modes.inverse_root_uu * truncated(whitened, rank) * modes.inverse_root_vv,
                kSmallMatrices);
    // (53), (54), with h of Definition 5.5 as printed.
    const Eigen::ArrayXd h =
        (0.5 * (1 + 4 * modes.s.array().square()).sqrt() - 0.5) / modes.s.array();
    const MatrixXd all = modes.U * h.matrix().asDiagonal() * modes.V.transpose();
    expect_near(cosine_joint(pair, rank).A,
                modes.inverse_root_uu * truncated(all, rank) * modes.inverse_root_vv,
                kSmallMatrices);
    // (50a) at the closed form of B*(r).
    const Tilt tilt = quadratic_one_sided(pair, rank);
    const MatrixXd precision = tilt.B + pair.cov_uu.inverse();
    const MatrixXd root = symmetric_roots(0.5 * (precision + precision.transpose()), "P").root;
    expect_near(
        tilt.A,
        root * truncated(root * pair.cov_uv * modes.inverse_root_vv, rank) * modes.inverse_root_vv,
        kSmallMatrices);
    // The C of encoders with as many rows: A^T B^+ A.
    const MatrixXd inverse_B = tilt.B.completeOrthogonalDecomposition().pseudoInverse();
    expect_near(tilt.C, tilt.A.transpose() * inverse_B * tilt.A, 100 * kSmallMatrices);
  }
}

// (50b) of B = t B*(r), with the logarithm's sign.
double objective_50b(const GaussianPair& pair, int rank, double t, double sign) {
  const CanonicalPair modes = canonical(pair);
  const MatrixXd precision = t * quadratic_one_sided(pair, rank).B + pair.cov_uu.inverse();
  const MatrixXd root = symmetric_roots(0.5 * (precision + precision.transpose()), "P").root;
  const MatrixXd mean = root * pair.cov_uv * modes.inverse_root_vv;
  const MatrixXd ratio = precision * u_given_v(pair).covariance;
  return ratio.trace() + sign * std::log(ratio.determinant()) +
         (truncated(mean, rank) - mean).squaredNorm();
}

TEST(OptimalTilts, the_printed_sign_of_50b_would_learn_nothing) {
  const GaussianPair pair = random_pair(4, 3, 33);
  for (int rank = 1; rank <= 3; ++rank) {
    EXPECT_LT(objective_50b(pair, rank, 0, +1), objective_50b(pair, rank, 1, +1));
    for (const double t : {0.0, 0.5, 0.9, 1.1, 2.0})
      EXPECT_LT(objective_50b(pair, rank, 1, -1), objective_50b(pair, rank, t, -1));
  }
}

TEST(OptimalTilts, full_rank_conditional_means_are_those_of_the_data) {
  for (const GaussianPair& pair : twenty_pairs()) {
    const int full = modes_of(pair);
    const auto data_u = u_given_v(pair), data_v = v_given_u(pair);
    // Corollary 5.2: means right, covariances those of the marginals.
    const Tilt cosine = cosine_conditional(pair, full);
    expect_near(u_given_v(pair, cosine).coefficient, data_u.coefficient, kSmallMatrices);
    expect_near(v_given_u(pair, cosine).coefficient, data_v.coefficient, kSmallMatrices);
    expect_near(u_given_v(pair, cosine).offset, data_u.offset, kSmallMatrices);
    expect_near(v_given_u(pair, cosine).offset, data_v.offset, kSmallMatrices);
    expect_near(u_given_v(pair, cosine).covariance, pair.cov_uu, kSmallMatrices);
    // Corollary 5.4: u|v is exact.
    const auto learned = u_given_v(pair, quadratic_one_sided(pair, full));
    expect_near(learned.coefficient, data_u.coefficient, kSmallMatrices);
    expect_near(learned.offset, data_u.offset, kSmallMatrices);
    expect_near(learned.covariance, data_u.covariance, kSmallMatrices);
  }
}

TEST(OptimalTilts, conditional_variances_are_larger_or_equal_not_strictly) {
  const GaussianPair pair = random_pair(7, 3, 12);
  const Tilt tilt = cosine_conditional(pair, 3);
  const MatrixXd excess = u_given_v(pair, tilt).covariance - u_given_v(pair).covariance;
  EXPECT_GE(smallest_eigenvalue(excess), -kSmallMatrices);
  // The corollary says strictly: but the excess has rank n_v = 3 of n_u = 7.
  EXPECT_LE(smallest_eigenvalue(excess), kSmallMatrices);
  const Eigen::JacobiSVD<MatrixXd> svd(excess);
  EXPECT_GT(svd.singularValues()(2), 0.01);
  EXPECT_LE(svd.singularValues()(3), kSmallMatrices);
}

TEST(OptimalTilts, the_joint_losss_cross_covariance_is_that_of_the_data) {
  for (const GaussianPair& pair : twenty_pairs())
    expect_near(tilted(pair, cosine_joint(pair, modes_of(pair))).cov_uv, pair.cov_uv,
                kRoundingRelative);
}

// Variances and covariance of nu in a canonical mode of correlation s, as the table of the closed
// forms has them.
struct ModeMoments {
  double variance_u, variance_v, covariance;
};

ModeMoments moments_of(Optimum optimum, double s) {
  const double h = s > 0 ? (std::sqrt(1 + 4 * s * s) - 1) / (2 * s) : 0;
  const double b = mode_tilt(Optimum::quadratic_two_sided, s).a;
  switch (optimum) {
    case Optimum::cosine_conditional:
      return {1 / (1 - s * s), 1 / (1 - s * s), s / (1 - s * s)};
    case Optimum::quadratic_one_sided:
      return {1 - s * s / 2, 0.5, s / 2};
    case Optimum::cosine_joint:
      return {1 / (1 - h * h), 1 / (1 - h * h), s};
    case Optimum::quadratic_two_sided:
      return {(1 + b) / (1 + 2 * b), (1 + b) / (1 + 2 * b), b / (1 + 2 * b)};
    case Optimum::quadratic_joint:
      return {1 - s / 2, 1 - s / 2, s / 2};
  }
  return {};
}

TEST(OptimalTilts, moments_of_the_learned_law_are_those_of_its_modes) {
  for (const GaussianPair& pair : {random_pair(6, 3, 41), random_pair(3, 6, 42)}) {
    const CanonicalPair modes = canonical(pair);
    for (const Optimum optimum : kOptima)
      for (int rank = 0; rank <= 3; ++rank) {
        MatrixXd uu = MatrixXd::Identity(pair.n_u(), pair.n_u());
        MatrixXd vv = MatrixXd::Identity(pair.n_v(), pair.n_v());
        MatrixXd uv = MatrixXd::Zero(pair.n_u(), pair.n_v());
        for (Eigen::Index i = 0; i < rank; ++i) {
          const ModeMoments mode = moments_of(optimum, modes.s(i));
          uu += (mode.variance_u - 1) * modes.U.col(i) * modes.U.col(i).transpose();
          vv += (mode.variance_v - 1) * modes.V.col(i) * modes.V.col(i).transpose();
          uv += mode.covariance * modes.U.col(i) * modes.V.col(i).transpose();
        }
        const GaussianPair nu = tilted(pair, optimal_tilt(optimum, pair, rank));
        // (55a), (55b) for the marginals of the two cosine optima.
        expect_near(nu.cov_uu, modes.root_uu * uu * modes.root_uu, kSmallMatrices);
        expect_near(nu.cov_vv, modes.root_vv * vv * modes.root_vv, kSmallMatrices);
        expect_near(nu.cov_uv, modes.root_uu * uv * modes.root_vv, kSmallMatrices);
        EXPECT_LE((nu.mean_u - pair.mean_u).norm() + (nu.mean_v - pair.mean_v).norm(),
                  kSmallMatrices);
      }
  }
}

TEST(OptimalTilts, the_joint_loss_leaves_marginals_closer_to_the_datas) {
  // Corollary 5.7 on the range of U_r; off it all three marginals are the same.
  for (const GaussianPair& pair : {random_pair(6, 3, 41), random_pair(3, 6, 42)})
    for (int rank = 1; rank <= 3; ++rank) {
      const MatrixXd conditional = tilted(pair, cosine_conditional(pair, rank)).cov_uu;
      const MatrixXd by_joint = tilted(pair, cosine_joint(pair, rank)).cov_uu;
      EXPECT_GE(smallest_eigenvalue(by_joint - pair.cov_uu), -kSmallMatrices);
      EXPECT_GE(smallest_eigenvalue(conditional - by_joint), -kSmallMatrices);
      EXPECT_GT((conditional - by_joint).trace(), 0.01);
      EXPECT_GT((by_joint - pair.cov_uu).trace(), 0.01);
    }
}

TEST(OptimalTilts, the_two_sided_mode_is_the_root_of_its_equation) {
  for (double s = 0; s < 0.9999; s += 0.0101) {
    const double b = mode_tilt(Optimum::quadratic_two_sided, s).b;
    EXPECT_GE(b, 0);
    EXPECT_NEAR((2 - 2 * s) * b * b + (3 - 4 * s) * b, 2 * s, kRoundingRelative * (1 + b * b));
  }
  // First orders: 2 s / 3 at small s, 1 / (2 (1 - s)) near 1.
  EXPECT_NEAR(mode_tilt(Optimum::quadratic_two_sided, 1e-9).b / 1e-9, 2.0 / 3, 1e-8);
  EXPECT_NEAR(mode_tilt(Optimum::quadratic_two_sided, 1 - 1e-9).b * 2e-9, 1, 1e-7);
}

TEST(OptimalTilts, small_correlations_keep_their_digits) {
  EXPECT_NEAR(mode_tilt(Optimum::cosine_joint, 1e-9).a / 1e-9, 1, kRoundingRelative);
  EXPECT_NEAR(mode_tilt(Optimum::cosine_joint, 2.0 / 3).a, 0.5, tests::kFewRoundings);
  for (const Optimum optimum : kOptima) {
    const ModeTilt nothing = mode_tilt(optimum, 0);
    EXPECT_EQ(nothing.a + nothing.b + nothing.c, 0) << to_string(optimum);
    EXPECT_THROW(mode_tilt(optimum, 1), Error);
    EXPECT_THROW(mode_tilt(optimum, std::nan("")), Error);
  }
}

TEST(OptimalTilts, the_other_side_is_the_exchanged_pair) {
  const GaussianPair pair = random_pair(3, 5, 9);
  const Tilt tilt = exchanged(quadratic_one_sided(exchanged(pair), 3));
  EXPECT_NEAR(j_cond(pair, tilt, 0, 2), 0, kClosedForm);
  EXPECT_GT(j_cond(pair, tilt, 2, 0), 0.01);
}

TEST(OptimalTilts, ranks_beyond_the_modes_change_nothing_and_rank_zero_is_the_reference) {
  const GaussianPair pair = random_pair(3, 5, 9);
  for (const Optimum optimum : kOptima) {
    EXPECT_EQ(optimal_tilt(optimum, pair, 3).A, optimal_tilt(optimum, pair, 9).A);
    EXPECT_NEAR(j_joint(pair, optimal_tilt(optimum, pair, 0)), mutual_information(pair),
                kSmallMatrices);
    EXPECT_THROW(optimal_tilt(optimum, pair, -1), Error);
    EXPECT_THROW(optimal_encoders(optimum, pair, -1), Error);
  }
}

TEST(OptimalTilts, independent_modalities_are_left_alone) {
  GaussianPair pair = random_pair(3, 4, 2);
  pair.cov_uv.setZero();
  for (const Optimum optimum : kOptima) {
    const Tilt tilt = optimal_tilt(optimum, pair, 3);
    EXPECT_EQ(tilt.A.norm() + tilt.B.norm() + tilt.C.norm(), 0) << to_string(optimum);
    EXPECT_NEAR(j_joint(pair, tilt), 0, kSmallMatrices);
  }
}

}  // namespace
}  // namespace lagoon::contrastive
