#include "contrastive/inference/population_map.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "contrastive/theory/optimal_tilts.hpp"
#include "contrastive/theory/tilt.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/theory/random_pair.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using lagoon::tests::kDifferenceStep;
using lagoon::tests::kFewRoundings;
using lagoon::tests::kLossDifference;
using lagoon::tests::kMinimumPlace;
using lagoon::tests::kSmallMatrices;

Gaussian prior_of(const GaussianPair& pair) {
  return {pair.mean_u, pair.cov_uu};
}

/// log rho(u|v) = log p(u|v) / p(u), whose prior is p(u).
LogDensity log_rho_of(const GaussianPair& pair, const VectorXd& v) {
  const LogDensity given = gaussian_log_density(u_given_v(pair).at(v));
  const LogDensity prior = gaussian_log_density(prior_of(pair));
  return [given, prior](const VectorXd& u, VectorXd& gradient) {
    VectorXd of_prior(u.size());
    const double value = given(u, gradient) - prior(u, of_prior);
    gradient -= of_prior;
    return value;
  };
}

TEST(PopulationMap, of_gaussians_is_the_conditional_mean) {
  for (const GaussianPair& pair : twenty_pairs()) {
    const VectorXd v = random_matrix(pair.n_v(), 1, 77);
    const PosteriorMode mode =
        posterior_mode(log_rho_of(pair, v), gaussian_log_density(prior_of(pair)),
                       3 * random_matrix(4, pair.n_u(), 50));
    const Gaussian conditional = u_given_v(pair).at(v);
    EXPECT_TRUE(mode.converged);
    EXPECT_EQ(mode.n_converged, 4);
    EXPECT_EQ(mode.n_agree, 4);
    EXPECT_LT((mode.u - conditional.mean).norm(), kMinimumPlace);
    EXPECT_NEAR(mode.log_density, std::log(density(conditional, conditional.mean)), kSmallMatrices);
  }
}

// For what encoders of Gaussians can learn, closed forms say where the mode is: [BST] (41), (48).
TEST(PopulationMap, of_a_learned_tilting_is_the_mean_of_its_conditional) {
  for (const GaussianPair& pair : twenty_pairs()) {
    const VectorXd v = pair.mean_v + random_matrix(pair.n_v(), 1, 12);
    for (const Tilt& tilt :
         {cosine_conditional(pair, 1), quadratic_one_sided(pair, modes_of(pair))}) {
      const Tilt whole = completed(pair, tilt);
      const LogDensity log_rho = [&](const VectorXd& u, VectorXd& gradient) {
        const VectorXd departure = u - pair.mean_u;
        gradient = whole.A * (v - pair.mean_v) - whole.B * departure;
        return departure.dot(whole.A * (v - pair.mean_v)) - departure.dot(whole.B * departure) / 2;
      };
      const PosteriorMode mode = posterior_mode(log_rho, gaussian_log_density(prior_of(pair)),
                                                MatrixXd::Zero(1, pair.n_u()));
      EXPECT_LT((mode.u - u_given_v(pair, tilt).at(v).mean).norm(), kMinimumPlace);
    }
  }
}

TEST(PopulationMap, finds_the_higher_of_two_modes_from_many_starts) {
  const VectorXd left = VectorXd::Constant(2, -3), right = VectorXd::Constant(2, 3);
  const MatrixXd covariance = MatrixXd::Identity(2, 2) / 2;
  const LogDensity a = gaussian_log_density({left, covariance});
  const LogDensity b = gaussian_log_density({right, covariance});
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
  const LogDensity density = gaussian_log_density(prior_of(pair));
  const VectorXd u = random_matrix(3, 1, 21);
  VectorXd gradient(3), ignored(3);
  density(u, gradient);
  for (Eigen::Index i = 0; i < 3; ++i) {
    const VectorXd step = kDifferenceStep * VectorXd::Unit(3, i);
    const double slope =
        (density(u + step, ignored) - density(u - step, ignored)) / (2 * kDifferenceStep);
    EXPECT_NEAR(gradient[i], slope, kLossDifference);
  }
  const LogDensity line =
      gaussian_log_density({VectorXd::Constant(1, 2), MatrixXd::Constant(1, 1, 4)});
  double mass = 0;
  VectorXd slope(1);
  for (double x = -30; x < 34; x += 0.125)
    mass += 0.125 * std::exp(line(VectorXd::Constant(1, x), slope));
  EXPECT_NEAR(mass, 1, kFewRoundings);  // the trapezoidal rule is exact for a Gaussian
  EXPECT_THROW(gaussian_log_density({u, MatrixXd::Identity(2, 2)}), Error);
  EXPECT_THROW(gaussian_log_density({u, -MatrixXd::Identity(3, 3)}), Error);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
