#include "contrastive/inference/population_map.hpp"

#include <cmath>
#include <limits>

#include <Eigen/LU>
#include <gtest/gtest.h>

#include "contrastive/theory/gaussian_pair.hpp"
#include "flow/error.hpp"
#include "flow/random.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using lagoon::tests::kDifferenceStep;
using lagoon::tests::kFewRoundings;
using lagoon::tests::kLossDifference;
using lagoon::tests::kMinimumPlace;

MatrixXd normals(Eigen::Index rows, Eigen::Index columns, std::uint64_t sample) {
  return MatrixXd::NullaryExpr(rows, columns, [&](Eigen::Index i, Eigen::Index j) {
    return flow::normal_pair(1, flow::Purpose::test, sample,
                             static_cast<std::uint32_t>(i * columns + j))[0];
  });
}

GaussianPair random_pair(Eigen::Index n_u, Eigen::Index n_v, std::uint64_t sample) {
  const MatrixXd root = normals(n_u + n_v, n_u + n_v + 3, sample);
  const MatrixXd covariance = root * root.transpose() / static_cast<double>(root.cols());
  const VectorXd mean = normals(n_u + n_v, 1, sample + 100);
  return {mean.head(n_u), mean.tail(n_v), covariance.topLeftCorner(n_u, n_u),
          covariance.topRightCorner(n_u, n_v), covariance.bottomRightCorner(n_v, n_v)};
}

/// log rho(u|v) = log p(u|v) / p(u), whose prior is p(u).
LogDensity log_rho_of(const GaussianPair& pair, const VectorXd& v) {
  const GaussianConditional conditional = u_given_v(pair);
  const LogDensity given = gaussian_log_density(conditional.offset + conditional.coefficient * v,
                                                conditional.covariance);
  const LogDensity prior = gaussian_log_density(pair.mean_u, pair.cov_uu);
  return [given, prior](const VectorXd& u, VectorXd& gradient) {
    VectorXd of_prior(u.size());
    const double value = given(u, gradient) - prior(u, of_prior);
    gradient -= of_prior;
    return value;
  };
}

TEST(PopulationMap, of_gaussians_is_the_conditional_mean) {
  for (const auto& [n_u, n_v] : {std::pair{1, 1}, {4, 3}, {3, 5}, {8, 2}}) {
    const GaussianPair pair = random_pair(n_u, n_v, static_cast<std::uint64_t>(n_u));
    const VectorXd v = normals(n_v, 1, 77);
    const PosteriorMode mode =
        posterior_mode(log_rho_of(pair, v), gaussian_log_density(pair.mean_u, pair.cov_uu),
                       3 * normals(4, n_u, 50));
    const GaussianConditional conditional = u_given_v(pair);
    EXPECT_TRUE(mode.converged);
    EXPECT_EQ(mode.n_converged, 4);
    EXPECT_EQ(mode.n_agree, 4);
    EXPECT_LT((mode.u - conditional.offset - conditional.coefficient * v).norm(), kMinimumPlace);
    const double log_volume = std::log((2 * M_PI * conditional.covariance).determinant()) / 2;
    EXPECT_NEAR(mode.log_density, -log_volume, 10 * kFewRoundings);
  }
}

// With linear encoders the posterior is Gaussian with mean C_uu G^T H v: [BST] (45a), whatever the
// matrix, about centred modalities.
TEST(PopulationMap, of_linear_encoders_is_the_tilted_mean) {
  const GaussianPair pair = random_pair(4, 3, 9);
  const MatrixXd G = normals(2, 4, 10), H = normals(2, 3, 11);
  const VectorXd v = normals(3, 1, 12);
  const LogDensity log_rho = [&](const VectorXd& u, VectorXd& gradient) {
    gradient = G.transpose() * (H * v);
    return gradient.dot(u);
  };
  const PosteriorMode mode = posterior_mode(
      log_rho, gaussian_log_density(VectorXd::Zero(4), pair.cov_uu), MatrixXd::Zero(1, 4));
  EXPECT_LT((mode.u - pair.cov_uu * G.transpose() * H * v).norm(), kMinimumPlace);
}

TEST(PopulationMap, finds_the_higher_of_two_modes_from_many_starts) {
  const VectorXd left = VectorXd::Constant(2, -3), right = VectorXd::Constant(2, 3);
  const MatrixXd covariance = MatrixXd::Identity(2, 2) / 2;
  const LogDensity a = gaussian_log_density(left, covariance);
  const LogDensity b = gaussian_log_density(right, covariance);
  const LogDensity mixture = [&](const VectorXd& u, VectorXd& gradient) {
    VectorXd of_b(2);
    const double log_a = a(u, gradient), log_b = b(u, of_b);
    const double weight = 1 / (1 + std::exp(log_b - log_a));
    gradient = weight * gradient + (1 - weight) * of_b;
    return std::max(log_a, log_b) + std::log1p(std::exp(-std::abs(log_a - log_b)));
  };
  const LogDensity log_rho = [](const VectorXd& u, VectorXd& gradient) {
    gradient = VectorXd::Constant(2, 0.1);
    return gradient.dot(u);
  };
  MatrixXd starts(5, 2);
  starts << -4, -4, -2, -3, -3, -2, 1, 1, -5, 0;
  const PosteriorMode local = posterior_mode(log_rho, mixture, starts.topRows(1));
  EXPECT_LT(local.u[0], -2.5);
  const PosteriorMode mode = posterior_mode(log_rho, mixture, starts);
  EXPECT_LT((mode.u - VectorXd::Constant(2, 3.05)).norm(), kMinimumPlace);
  EXPECT_EQ(mode.n_agree, 1);
  EXPECT_EQ(mode.n_converged, 5);
  EXPECT_GT(mode.log_density, local.log_density);
}

// A gamma prior, on u > 0 only, with u observed through noise: the mode is a root of a quadratic.
TEST(PopulationMap, stays_inside_the_support_of_the_prior) {
  const LogDensity gamma = [](const VectorXd& u, VectorXd& gradient) {
    gradient[0] = 2 / u[0] - 1;
    return u[0] > 0 ? 2 * std::log(u[0]) - u[0] : -std::numeric_limits<double>::infinity();
  };
  const double v = -1.5;
  const LogDensity log_rho = [&](const VectorXd& u, VectorXd& gradient) {
    gradient[0] = v - u[0];
    return -(u[0] - v) * (u[0] - v) / 2;
  };
  MatrixXd starts(3, 1);
  starts << -1, 0.001, 40;
  const PosteriorMode mode = posterior_mode(log_rho, gamma, starts);
  const double sum = v - 1;  // u^2 - (v - 1) u - 2 = 0
  EXPECT_NEAR(mode.u[0], (sum + std::sqrt(sum * sum + 8)) / 2, kMinimumPlace);
  EXPECT_EQ(mode.n_agree, 2);
  EXPECT_THROW(posterior_mode(log_rho, gamma, starts.topRows(1)), Error);
  EXPECT_THROW(posterior_mode(log_rho, gamma, MatrixXd(0, 1)), Error);
}

TEST(PopulationMap, the_gaussian_density_has_its_slope_and_mass) {
  const GaussianPair pair = random_pair(3, 1, 20);
  const LogDensity density = gaussian_log_density(pair.mean_u, pair.cov_uu);
  const VectorXd u = normals(3, 1, 21);
  VectorXd gradient(3), ignored(3);
  density(u, gradient);
  for (Eigen::Index i = 0; i < 3; ++i) {
    const VectorXd step = kDifferenceStep * VectorXd::Unit(3, i);
    const double slope =
        (density(u + step, ignored) - density(u - step, ignored)) / (2 * kDifferenceStep);
    EXPECT_NEAR(gradient[i], slope, kLossDifference);
  }
  const LogDensity line =
      gaussian_log_density(VectorXd::Constant(1, 2), MatrixXd::Constant(1, 1, 4));
  double mass = 0;
  VectorXd slope(1);
  for (double x = -30; x < 34; x += 0.125)
    mass += 0.125 * std::exp(line(VectorXd::Constant(1, x), slope));
  EXPECT_NEAR(mass, 1, kFewRoundings);  // the trapezoidal rule is exact for a Gaussian
  EXPECT_THROW(gaussian_log_density(u, MatrixXd::Identity(2, 2)), Error);
  EXPECT_THROW(gaussian_log_density(u, -MatrixXd::Identity(3, 3)), Error);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
