#include "contrastive/theory/gaussian_pair.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include "contrastive/theory/canonical.hpp"
#include "contrastive/theory/divergence.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/theory/random_pair.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using flow::Purpose;
using tests::kFewRoundings;
using tests::kManySigmas;
using tests::kSmallMatrices;

constexpr auto kPurpose = Purpose::test_gaussian_pair;

TEST(GaussianPair, conditionals_of_the_textbook) {
  GaussianPair pair = planar_pair();
  pair.mean_u(0) = 2;
  pair.mean_v(0) = -1;
  const auto conditional = u_given_v(pair);
  EXPECT_NEAR(conditional.coefficient(0), 2.0 / 3, kFewRoundings);
  EXPECT_NEAR(conditional.offset(0), 2 + 2.0 / 3, 4 * kFewRoundings);
  EXPECT_NEAR(conditional.covariance(0), 5.0 / 6, kFewRoundings);
  EXPECT_NEAR(v_given_u(pair).offset(0), -1 - 4.0 / 3, 4 * kFewRoundings);
}

TEST(GaussianPair, conditionals_times_marginals_are_the_joint_density) {
  const GaussianPair pair = random_pair(3, 4, 1);
  const Eigen::VectorXd point = random_matrix(1, 7, 5).row(0);
  const Eigen::VectorXd u = point.head(3), v = point.tail(4);
  const double whole = density(joint(pair), point);
  const double by_v = density(u_given_v(pair).at(v), u) * density(marginal_v(pair), v);
  const double by_u = density(v_given_u(pair).at(u), v) * density(marginal_u(pair), u);
  EXPECT_NEAR(by_v / whole, 1, kSmallMatrices);
  EXPECT_NEAR(by_u / whole, 1, kSmallMatrices);
}

TEST(GaussianPair, densities_on_the_line_are_the_density) {
  const Gaussian law = u_given_v(planar_pair()).at(Eigen::VectorXd::Ones(1));
  const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(9, -3, 4);
  const Eigen::VectorXd on_line = densities(law, x);
  for (Eigen::Index i = 0; i < x.size(); ++i)
    EXPECT_NEAR(on_line(i), density(law, x.segment(i, 1)), kFewRoundings);
}

TEST(GaussianPair, row_major_arrays_make_a_pair) {
  const std::vector<double> uu = {2, 0.5, 0.5, 3}, uv = {0.25, -0.5}, vv = {1.5};
  const GaussianPair pair = centred_pair(uu, uv, vv);
  EXPECT_EQ(pair.cov_uv(1, 0), -0.5);
  EXPECT_EQ(pair.cov_uu(1, 1), 3);
  EXPECT_EQ(pair.mean_u.size(), 2);
  EXPECT_THROW(centred_pair(uu, vv, vv), Error);
  EXPECT_THROW(centred_pair(uv, uv, vv), Error);
}

TEST(GaussianPair, moments_of_samples_are_sums) {
  Eigen::MatrixXd u(3, 1), v(3, 2);
  u << 1, 2, 6;
  v << 0, 1, 1, 0, 2, 2;
  const GaussianPair pair = sample_pair(u, v);
  EXPECT_NEAR(pair.mean_u(0), 3, kFewRoundings);
  EXPECT_NEAR(pair.cov_uu(0, 0), 14.0 / 3, kFewRoundings);
  EXPECT_NEAR(pair.cov_uv(0, 0), 5.0 / 3, kFewRoundings);
  EXPECT_NEAR(pair.cov_vv(1, 0), 1.0 / 3, kFewRoundings);
  EXPECT_EQ(pair.cov_vv(0, 1), pair.cov_vv(1, 0));
}

GaussianPair moments_of_draws(const GaussianPair& pair, std::uint64_t seed, Eigen::Index n) {
  const Eigen::MatrixXd rows = draw(joint(pair), {seed, kPurpose, 0}, n);
  return sample_pair(rows.leftCols(pair.n_u()), rows.rightCols(pair.n_v()));
}

TEST(GaussianPair, moments_of_draws_lie_within_their_errors) {
  constexpr Eigen::Index kDraws = 40000;
  const GaussianPair pair = random_pair(3, 2, 4);
  const Gaussian law = joint(pair), empirical = joint(moments_of_draws(pair, 1, kDraws));
  const Eigen::VectorXd variance = law.covariance.diagonal();
  for (Eigen::Index i = 0; i < 5; ++i) {
    EXPECT_NEAR(empirical.mean(i), law.mean(i), kManySigmas * std::sqrt(variance(i) / kDraws));
    for (Eigen::Index j = 0; j < 5; ++j) {
      const double square = law.covariance(i, j) * law.covariance(i, j);
      EXPECT_NEAR(empirical.covariance(i, j), law.covariance(i, j),
                  kManySigmas * std::sqrt((variance(i) * variance(j) + square) / kDraws));
    }
  }
}

TEST(GaussianPair, errors_of_the_empirical_law_fall_like_the_root_of_n) {
  const GaussianPair pair = random_pair(3, 2, 4);
  const auto mean_square_error = [&](Eigen::Index n) {
    constexpr std::uint64_t kRepeats = 40;
    double sum = 0;
    for (std::uint64_t seed = 0; seed < kRepeats; ++seed)
      sum += (joint(moments_of_draws(pair, seed + 10, n)).covariance - joint(pair).covariance)
                 .squaredNorm();
    return sum / kRepeats;
  };
  // Each mean square scatters by some sqrt(2 / (40 x 5)) of itself.
  const double slope = std::log(mean_square_error(400) / mean_square_error(6400)) / std::log(16.0);
  EXPECT_NEAR(slope, 1, tests::kSampledSlope);
}

TEST(GaussianPair, divergence_of_the_empirical_law_falls_like_n) {
  const GaussianPair pair = random_pair(3, 2, 4);
  const auto mean_kl = [&](Eigen::Index n) {
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed)
      sum += kl_joint(pair, moments_of_draws(pair, seed + 100, n));
    return sum / 40;
  };
  // Wilks: the mean is (number of parameters) / (2 N), here 5 means and 15 covariances.
  EXPECT_NEAR(mean_kl(4000) * 2 * 4000 / 20, 1, tests::kSampledSlope);
}

TEST(GaussianPair, first_draws_are_the_same_however_many) {
  const Gaussian law = joint(random_pair(4, 3, 2));
  const Eigen::MatrixXd few = draw(law, {3, kPurpose, 0}, 5),
                        many = draw(law, {3, kPurpose, 0}, 50);
  EXPECT_EQ(few, many.topRows(5));
  EXPECT_EQ(draw(law, {3, kPurpose, 7}, 1), many.row(7));
  EXPECT_NE(draw(law, {4, kPurpose, 0}, 1), many.row(0));
}

TEST(GaussianPair, a_singular_law_can_be_drawn_from) {
  const Gaussian law{Eigen::VectorXd::Zero(3), Eigen::MatrixXd::Ones(3, 3)};
  const Eigen::MatrixXd rows = draw(law, {1, kPurpose, 0}, 20);
  EXPECT_LE((rows.col(0) - rows.col(2)).cwiseAbs().maxCoeff(), kSmallMatrices);
  EXPECT_GT(rows.col(0).norm(), 1);
}

TEST(GaussianPair, samples_that_cannot_be_are_refused) {
  const Eigen::MatrixXd u = random_matrix(5, 2, 1);
  Eigen::MatrixXd v = random_matrix(5, 3, 2);
  EXPECT_THROW(sample_pair(u.topRows(4), v), Error);
  EXPECT_THROW(sample_pair(u.topRows(1), v.topRows(1)), Error);
  v(2, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(sample_pair(u, v), Error);
}

TEST(GaussianPair, too_few_samples_have_moments_but_no_conditional) {
  const GaussianPair pair = sample_pair(random_matrix(3, 4, 1), random_matrix(3, 4, 2));
  try {
    u_given_v(pair);
    FAIL() << "a singular covariance was inverted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("not positive definite"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("more samples"), std::string::npos);
  }
}

TEST(GaussianPair, matrices_that_are_no_covariances_are_refused) {
  GaussianPair pair = random_pair(3, 2, 1);
  pair.cov_vv(0, 1) += 1e-3;
  EXPECT_THROW(u_given_v(pair), Error);
  pair = random_pair(3, 2, 1);
  pair.cov_vv(0, 0) = std::nan("");
  EXPECT_THROW(u_given_v(pair), Error);
  pair = random_pair(3, 2, 1);
  pair.cov_uv = Eigen::MatrixXd::Zero(2, 3);
  EXPECT_THROW(u_given_v(pair), Error);
  EXPECT_THROW(u_given_v(GaussianPair{}), Error);
}

}  // namespace
}  // namespace lagoon::contrastive
