#include "contrastive/theory/population_loss.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "contrastive/theory/canonical.hpp"
#include "contrastive/theory/divergence.hpp"
#include "contrastive/theory/optimal_tilts.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/theory/free_encoders.hpp"
#include "tests/contrastive/theory/random_pair.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::kManySigmas;
using tests::kQuadrature;
using tests::kSmallMatrices;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <class Function>
double sum_over(const Eigen::VectorXd& s, Eigen::Index first, Eigen::Index last, Function term) {
  double sum = 0;
  for (Eigen::Index i = first; i < last; ++i) sum += term(s(i));
  return sum;
}

double log_rest(double s) {
  return 0.5 * std::log1p(-s * s);
}

Eigen::VectorXd random_weights(const FreeEncoders& free, std::uint64_t seed) {
  return 0.2 * random_matrix(1, free.size(), seed).row(0);
}

Tilt random_tilt(const GaussianPair& pair, std::uint64_t seed) {
  const auto small = [&](Eigen::Index n, Eigen::Index m, std::uint64_t stream) {
    return Eigen::MatrixXd(0.04 * random_matrix(n, m, 10 * seed + stream));
  };
  const Eigen::MatrixXd B = small(pair.n_u(), pair.n_u(), 2), C = small(pair.n_v(), pair.n_v(), 3);
  return {small(pair.n_u(), pair.n_v(), 1), 0.5 * (B + B.transpose()), 0.5 * (C + C.transpose()),
          small(1, pair.n_u(), 4).row(0), small(1, pair.n_v(), 5).row(0)};
}

TEST(PopulationLoss, agrees_with_the_loss_of_free_encoders) {
  for (const Optimum optimum : kOptima) {
    const GaussianPair pair = random_pair(4, 3, 6);
    const FreeEncoders free(optimum, pair, 2);
    const Eigen::VectorXd weights = random_weights(free, 4);
    LinearEncoders encoders = free.encoders_of(weights);
    encoders.g = -encoders.G * pair.mean_u;
    encoders.h = -encoders.H * pair.mean_v;
    const bool is_joint = optimum == Optimum::cosine_joint || optimum == Optimum::quadratic_joint;
    const Tilt tilt =
        is_quadratic(optimum) ? quadratic_tilt(encoders, pair) : inner_product_tilt(encoders, pair);
    const double lambda_u = optimum == Optimum::quadratic_one_sided ? 2 : 1;
    const double loss = is_joint ? l_joint(pair, tilt) : l_cond(pair, tilt, lambda_u, 2 - lambda_u);
    EXPECT_NEAR(free.value(weights), loss, kSmallMatrices) << to_string(optimum);
  }
}

TEST(PopulationLoss, gradients_of_free_encoders_are_differences) {
  for (const Optimum optimum : kOptima) {
    const FreeEncoders free(optimum, random_pair(3, 4, 6), 2);
    const Eigen::VectorXd weights = random_weights(free, 7);
    Eigen::VectorXd gradient(free.size());
    free.value(weights, &gradient);
    for (Eigen::Index i = 0; i < free.size(); ++i) {
      const Eigen::VectorXd step = tests::kDifferenceStep * Eigen::VectorXd::Unit(free.size(), i);
      const double slope =
          (free.value(weights + step) - free.value(weights - step)) / (2 * tests::kDifferenceStep);
      EXPECT_NEAR(gradient(i), slope, tests::kLossDifference) << to_string(optimum);
    }
  }
}

TEST(PopulationLoss, divergences_are_losses_and_the_information) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const GaussianPair pair = random_pair(4, 3, 20 + seed);
    const Tilt tilt = random_tilt(pair, seed);
    const double information = mutual_information(pair);
    EXPECT_NEAR(j_joint(pair, tilt), information + l_joint(pair, tilt), kSmallMatrices);
    for (const auto& [lambda_u, lambda_v] : {std::pair{1.0, 1.0}, {2.0, 0.0}, {0.3, 1.2}})
      EXPECT_NEAR(
          j_cond(pair, tilt, lambda_u, lambda_v),
          0.5 * (lambda_u + lambda_v) * information + l_cond(pair, tilt, lambda_u, lambda_v),
          kSmallMatrices);
  }
}

TEST(PopulationLoss, the_joint_loss_bounds_the_conditional_loss) {
  // Theorem 3.10, for any tilting.
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const GaussianPair pair = random_pair(1 + seed % 5, 1 + seed % 4, seed);
    const Tilt tilt = random_tilt(pair, seed);
    EXPECT_LE(l_cond(pair, tilt), l_joint(pair, tilt));
    for (int rank = 1; rank <= 3; ++rank) {
      const double at_conditional = l_cond(pair, cosine_conditional(pair, rank));
      const double at_joint = l_cond(pair, cosine_joint(pair, rank));
      EXPECT_LE(at_conditional, at_joint + kSmallMatrices);
      EXPECT_LE(at_joint, l_joint(pair, cosine_joint(pair, rank)) + kSmallMatrices);
    }
  }
}

TEST(PopulationLoss, linear_terms_only_cost) {
  // Affine encoders that vanish at the means are the best: footnote 4 of [BST].
  const GaussianPair pair = random_pair(3, 3, 1);
  for (const Optimum optimum : kOptima) {
    Tilt tilt = optimal_tilt(optimum, pair, 2);
    const double conditional = l_cond(pair, tilt), by_joint = l_joint(pair, tilt);
    tilt.a = 0.05 * random_matrix(1, 3, 3).row(0);
    tilt.c = 0.05 * random_matrix(1, 3, 4).row(0);
    EXPECT_GT(l_cond(pair, tilt), conditional);
    EXPECT_GT(l_joint(pair, tilt), by_joint);
  }
}

// Integrals over the plane by the trapezoidal rule, which converges faster than any power on
// functions that vanish with all their derivatives.
struct Plane {
  static constexpr double kHalfWidth = 14, kStep = 0.1;
  template <class Function>
  static double line(Function f) {
    double sum = 0;
    for (double x = -kHalfWidth; x <= kHalfWidth; x += kStep) sum += f(x);
    return sum * kStep;
  }
};

// mu(u, v) of the planar pair, about its means.
double planar_density(double u, double v) {
  return normal_density(v, 1.5) * normal_density(u - 2 * v / 3, 5.0 / 6);
}

TEST(PopulationLoss, agrees_with_quadrature) {
  GaussianPair pair = planar_pair();
  pair.mean_u(0) = 0.7;  // the tilt is about the means
  const auto one = [](double x) { return Eigen::MatrixXd::Constant(1, 1, x); };
  const Tilt tilt{one(0.3), one(0.2), one(-0.1), one(0.15), one(-0.25)};
  const auto log_rho = [](double u, double v) {
    return 0.3 * u * v - 0.1 * u * u + 0.05 * v * v + 0.15 * u - 0.25 * v;
  };
  const auto rho = [&](double u, double v) { return std::exp(log_rho(u, v)); };
  const double mean = Plane::line([&](double v) {
    return Plane::line([&](double u) { return planar_density(u, v) * log_rho(u, v); });
  });
  const auto over_u = [&](double v) {
    return Plane::line([&](double u) { return normal_density(u, 1.5) * rho(u, v); });
  };
  const auto over_v = [&](double u) {
    return Plane::line([&](double v) { return normal_density(v, 1.5) * rho(u, v); });
  };
  const double u_given_v_part =
      Plane::line([&](double v) { return normal_density(v, 1.5) * std::log(over_u(v)); });
  const double v_given_u_part =
      Plane::line([&](double u) { return normal_density(u, 1.5) * std::log(over_v(u)); });
  const double whole =
      std::log(Plane::line([&](double v) { return normal_density(v, 1.5) * over_u(v); }));
  EXPECT_NEAR(l_cond(pair, tilt, 2, 0), u_given_v_part - mean, kQuadrature);
  EXPECT_NEAR(l_cond(pair, tilt, 0, 2), v_given_u_part - mean, kQuadrature);
  EXPECT_NEAR(l_cond(pair, tilt, 0.5, 0.8),
              0.25 * u_given_v_part + 0.4 * v_given_u_part - 0.65 * mean, kQuadrature);
  EXPECT_NEAR(l_joint(pair, tilt), whole - mean, kQuadrature);
}

TEST(PopulationLoss, divergence_of_two_laws_by_quadrature) {
  const auto law = [](double mean, double variance) {
    return Gaussian{Eigen::VectorXd::Constant(1, mean), Eigen::MatrixXd::Constant(1, 1, variance)};
  };
  const Gaussian p = law(0.4, 0.8), q = law(-0.3, 1.9);
  const double by_quadrature = Plane::line([](double x) {
    return normal_density(x - 0.4, 0.8) *
           (std::log(normal_density(x - 0.4, 0.8)) - std::log(normal_density(x + 0.3, 1.9)));
  });
  EXPECT_NEAR(kl(p, q), by_quadrature, kQuadrature);
  EXPECT_NEAR(kl(p, p), 0, tests::kFewRoundings);
  EXPECT_GT(std::abs(kl(q, p) - kl(p, q)), 0.01);
  EXPECT_THROW(kl(p, joint(planar_pair())), Error);
  EXPECT_THROW(kl(p, law(0, 0)), Error);
}

TEST(PopulationLoss, the_joint_divergence_is_that_of_a_marginal_and_a_conditional) {
  const GaussianPair mu = random_pair(3, 4, 1), nu = random_pair(3, 4, 2);
  const double by_v = kl(marginal_v(mu), marginal_v(nu)) +
                      expected_kl(u_given_v(mu), u_given_v(nu), marginal_v(mu));
  const double by_u = kl(marginal_u(mu), marginal_u(nu)) +
                      expected_kl(v_given_u(mu), v_given_u(nu), marginal_u(mu));
  EXPECT_NEAR(by_v / kl_joint(mu, nu), 1, kSmallMatrices);
  EXPECT_NEAR(by_u / kl_joint(mu, nu), 1, kSmallMatrices);
}

TEST(PopulationLoss, expectations_over_what_is_given_are_means_over_draws) {
  const GaussianPair mu = random_pair(3, 2, 1), nu = random_pair(3, 2, 2);
  const auto p = u_given_v(mu), q = u_given_v(nu);
  constexpr Eigen::Index kDraws = 20000;
  const Eigen::MatrixXd given =
      draw(marginal_v(mu), {1, flow::Purpose::test_gaussian_pair, 0}, kDraws);
  Eigen::ArrayXd squares(kDraws);
  for (Eigen::Index i = 0; i < kDraws; ++i)
    squares(i) = (p.at(given.row(i)).mean - q.at(given.row(i)).mean).squaredNorm();
  const double sigma = std::sqrt((squares - squares.mean()).square().mean() / kDraws);
  EXPECT_NEAR(expected_square_error(p, q, marginal_v(mu)), squares.mean(), kManySigmas * sigma);
  EXPECT_GT(sigma, 0);
  EXPECT_EQ(expected_square_error(p, p, marginal_v(mu)), 0);
  EXPECT_THROW(expected_square_error(p, v_given_u(mu), marginal_v(mu)), Error);
}

TEST(PopulationLoss, is_infinite_where_a_normaliser_is) {
  const GaussianPair pair = planar_pair();
  const auto one = [](double x) { return Eigen::MatrixXd::Constant(1, 1, x); };
  const Tilt steep{one(0.7), {}, {}, {}, {}};  // above 1 / 1.5
  EXPECT_EQ(l_joint(pair, steep), kInfinity);
  EXPECT_LT(l_cond(pair, steep), kInfinity);
  EXPECT_THROW(j_joint(pair, steep), Error);
  const Tilt growing{one(0.1), one(-0.7), {}, {}, {}};
  EXPECT_EQ(l_cond(pair, growing, 2, 0), kInfinity);
  EXPECT_LT(l_cond(pair, growing, 0, 2), kInfinity);
  EXPECT_THROW(j_cond(pair, growing, 2, 0), Error);
}

// The empirical conditional loss on N pairs in the line, with means of exponentials over all of
// them.
double empirical_loss(const Eigen::VectorXd& u, const Eigen::VectorXd& v, double A) {
  const auto log_mean_exp = [](const Eigen::ArrayXd& x) { return std::log(x.exp().mean()); };
  double loss = -A * u.dot(v) / static_cast<double>(u.size());
  for (Eigen::Index i = 0; i < u.size(); ++i)
    loss += 0.5 * (log_mean_exp(A * u(i) * v) + log_mean_exp(A * v(i) * u)) /
            static_cast<double>(u.size());
  return loss;
}

TEST(PopulationLoss, the_plug_in_is_not_the_optimum_of_the_empirical_loss) {
  // Remark D.2 says that it is.
  const Eigen::MatrixXd rows =
      draw(joint(planar_pair()), {5, flow::Purpose::test_gaussian_pair, 0}, 200);
  const Eigen::VectorXd u = rows.col(0).array() - rows.col(0).mean();
  const Eigen::VectorXd v = rows.col(1).array() - rows.col(1).mean();
  const double plug_in = cosine_conditional(sample_pair(u, v), 1).A(0);
  const double slope =
      (empirical_loss(u, v, plug_in + 1e-4) - empirical_loss(u, v, plug_in - 1e-4)) / 2e-4;
  EXPECT_GT(std::abs(slope), 1e-3);
}

TEST(PopulationLoss, values_at_the_optima) {
  const auto h = [](double s) { return mode_tilt(Optimum::cosine_joint, s).a; };
  for (const GaussianPair& pair : twenty_pairs()) {
    const Eigen::VectorXd s = canonical(pair).s;
    const double information = mutual_information(pair);
    for (int rank = 0; rank <= modes_of(pair); ++rank) {
      EXPECT_NEAR(l_cond(pair, cosine_conditional(pair, rank)), -0.5 * s.head(rank).squaredNorm(),
                  kSmallMatrices);
      EXPECT_NEAR(l_cond(pair, quadratic_one_sided(pair, rank), 2, 0),
                  sum_over(s, 0, rank, log_rest), kSmallMatrices);
      EXPECT_NEAR(l_joint(pair, cosine_joint(pair, rank)),
                  sum_over(s, 0, rank, [&](double x) { return -h(x) * x - log_rest(h(x)); }),
                  kSmallMatrices);
      EXPECT_NEAR(
          j_joint(pair, quadratic_joint(pair, rank)),
          information + sum_over(s, 0, rank, [](double x) { return 0.5 * (x + std::log1p(-x)); }),
          kSmallMatrices);
    }
    EXPECT_NEAR(j_joint(pair, quadratic_joint(pair, modes_of(pair))),
                sum_over(s, 0, s.size(), [](double x) { return 0.5 * (x - std::log1p(x)); }),
                kSmallMatrices);
  }
}

TEST(PopulationLoss, weights_scale_that_of_the_cosine_tilting) {
  // Remark D.1: every (lambda_u, lambda_v) has the same minimiser.
  const GaussianPair pair = random_pair(4, 3, 7);
  const Tilt tilt = optimal_tilt(Optimum::cosine_joint, pair, 2);
  for (const auto& [lambda_u, lambda_v] : {std::pair{2.0, 0.0}, {0.0, 2.0}, {0.3, 1.4}})
    EXPECT_NEAR(l_cond(pair, tilt, lambda_u, lambda_v),
                0.5 * (lambda_u + lambda_v) * l_cond(pair, tilt), kSmallMatrices);
}

}  // namespace
}  // namespace lagoon::contrastive
