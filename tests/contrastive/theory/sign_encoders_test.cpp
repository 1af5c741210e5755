#include "contrastive/theory/sign_encoders.hpp"

#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "contrastive/theory/canonical.hpp"
#include "contrastive/theory/population_loss.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/theory/random_pair.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::kQuadrature;
using tests::kSixDigits;

Eigen::VectorXd at(double x) {
  return Eigen::VectorXd::Constant(1, x);
}

// Gauss's rule of five points on panels on either side of the jump at `middle`, ten standard
// deviations far.
template <class Function>
double integral(double middle, double std_dev, Function f) {
  constexpr std::array kNodes = {-0.9061798459386640, -0.5384693101056831, 0.0, 0.5384693101056831,
                                 0.9061798459386640};
  constexpr std::array kWeights = {0.2369268850561891, 0.4786286704993665, 0.5688888888888889,
                                   0.4786286704993665, 0.2369268850561891};
  constexpr int kPanels = 32;
  const double half = 10 * std_dev / kPanels;
  double sum = 0;
  for (int panel = 0; panel < kPanels; ++panel)
    for (std::size_t i = 0; i < kNodes.size(); ++i)
      sum += kWeights[i] * half * f(middle + half * (2 * panel + 1 - kPanels + kNodes[i]));
  return sum;
}

GaussianPair line_pair(double mean_u, double mean_v, double uu, double uv, double vv) {
  GaussianPair pair = planar_pair();
  pair.mean_u(0) = mean_u;
  pair.mean_v(0) = mean_v;
  pair.cov_uu(0) = uu;
  pair.cov_uv(0) = uv;
  pair.cov_vv(0) = vv;
  return pair;
}

double data_density(const GaussianPair& pair, double u, double v) {
  const double slope = pair.cov_uv(0) / pair.cov_vv(0);
  return normal_density(v - pair.mean_v(0), pair.cov_vv(0)) *
         normal_density(u - pair.mean_u(0) - slope * (v - pair.mean_v(0)),
                        pair.cov_uu(0) - slope * pair.cov_uv(0));
}

template <class Function>
double over_plane(const GaussianPair& pair, Function f) {
  return integral(pair.mean_v(0), std::sqrt(pair.cov_vv(0)), [&](double v) {
    return integral(pair.mean_u(0), std::sqrt(pair.cov_uu(0)), [&](double u) { return f(u, v); });
  });
}

double kl_by_quadrature(const GaussianPair& pair, const SignEncoders& model) {
  return over_plane(pair, [&](double u, double v) {
    const double mu = data_density(pair, u, v);
    return mu > 0 ? mu * std::log(mu / model.joint_density(u, v)) : 0;
  });
}

TEST(SignEncoders, the_printed_figure_at_temperature_one) {
  const SignEncoders model(planar_pair(), 1);
  const Gaussian conditional = model.u_given_v_moments(1);
  EXPECT_NEAR(conditional.mean(0), .744234, kSixDigits);
  EXPECT_NEAR(conditional.covariance(0), .946116, kSixDigits);
  EXPECT_NEAR(model.v_given_u_moments(-1).mean(0), -.744234, kSixDigits);
  EXPECT_NEAR(model.moments().cov_uv(0), .727269, kSixDigits);
  EXPECT_EQ(model.moments().cov_uu(0), 1.5);
  EXPECT_NEAR(model.kl(), .263115, kSixDigits);
  EXPECT_NEAR(model.u_given_v(at(1e-12), 1)(0), .573813, kSixDigits);
  EXPECT_NEAR(model.u_given_v(at(-1e-12), 1)(0), .077657, kSixDigits);
}

TEST(SignEncoders, the_best_temperature) {
  const GaussianPair pair = planar_pair();
  const double best = SignEncoders::best_temperature(pair);
  EXPECT_NEAR(best, 1.987639, kSixDigits);
  const SignEncoders model(pair, best);
  EXPECT_NEAR(model.u_given_v_moments(1).mean(0), .453969, kSixDigits);
  EXPECT_NEAR(model.u_given_v_moments(1).covariance(0), 1.293912, kSixDigits);
  EXPECT_NEAR(model.moments().cov_uv(0), .443621, kSixDigits);
  EXPECT_NEAR(model.kl(), .181725, kSixDigits);
  for (const double factor : {0.5, 0.99, 1.01, 2.0})
    EXPECT_LT(model.kl(), SignEncoders(pair, factor * best).kl());
}

TEST(SignEncoders, closed_forms_are_the_integrals_of_the_density) {
  for (const GaussianPair& pair : {planar_pair(), line_pair(0.4, -2, 0.3, -0.5, 2.5)})
    for (const double temperature : {0.5, 1.0, 1.987639})
      for (const bool opposite : {false, true}) {
        const SignEncoders model(pair, temperature, opposite);
        const auto nu = [&](double u, double v) { return model.joint_density(u, v); };
        const double mu_u = pair.mean_u(0), mu_v = pair.mean_v(0);
        EXPECT_NEAR(over_plane(pair, nu), 1, kQuadrature);
        EXPECT_NEAR(over_plane(pair, [&](double u,
                                         double v) { return (u - mu_u) * (v - mu_v) * nu(u, v); }),
                    model.moments().cov_uv(0), kQuadrature);
        EXPECT_NEAR(over_plane(pair, [&](double u,
                                         double v) { return (u - mu_u) * (u - mu_u) * nu(u, v); }),
                    pair.cov_uu(0), kQuadrature);
        EXPECT_NEAR(kl_by_quadrature(pair, model), model.kl(), kQuadrature);
      }
}

TEST(SignEncoders, conditionals_integrate_to_their_moments) {
  const GaussianPair pair = line_pair(0.4, -2, 0.3, -0.5, 2.5);
  const SignEncoders model(pair, 0.8);
  for (const double v : {-3.0, 1.0}) {
    const Gaussian moments = model.u_given_v_moments(v);
    const auto mean_of = [&](auto f) {
      return integral(0.4, std::sqrt(0.3),
                      [&](double u) { return f(u) * model.u_given_v(at(u), v)(0); });
    };
    EXPECT_NEAR(mean_of([](double) { return 1.0; }), 1, kQuadrature);
    EXPECT_NEAR(mean_of([](double u) { return u; }), moments.mean(0), kQuadrature);
    EXPECT_NEAR(mean_of([&](double u) { return std::pow(u - moments.mean(0), 2); }),
                moments.covariance(0), kQuadrature);
  }
  EXPECT_NEAR(model.v_given_u(at(1.5), 0.2)(0) * normal_density(0.2 - 0.4, 0.3),
              model.joint_density(0.2, 1.5), tests::kFewRoundings);
}

TEST(SignEncoders, the_conditional_divergence_is_the_joint_one) {
  // nu's marginals are the data's.
  const GaussianPair pair = planar_pair();
  const SignEncoders model(pair, 1);
  const double conditional = over_plane(pair, [&](double u, double v) {
    const double mu = data_density(pair, u, v);
    return mu > 0 ? mu * std::log(mu / normal_density(v, 1.5) / model.u_given_v(at(u), v)(0)) : 0;
  });
  EXPECT_NEAR(conditional, model.kl(), kQuadrature);
}

TEST(SignEncoders, opposite_signs_cannot_do_better_than_nothing) {
  const GaussianPair pair = planar_pair();
  for (const double temperature : {0.5, 2.0, 50.0})
    EXPECT_GT(SignEncoders(pair, temperature, true).kl(), mutual_information(pair));
  EXPECT_NEAR(SignEncoders(pair, std::numeric_limits<double>::infinity()).kl(),
              mutual_information(pair), tests::kFewRoundings);
}

TEST(SignEncoders, negative_correlations_mirror_positive_ones) {
  const GaussianPair negative = line_pair(0, 0, 1.5, -1, 1.5);
  EXPECT_NEAR(SignEncoders::best_temperature(negative),
              SignEncoders::best_temperature(planar_pair()), tests::kFewRoundings);
  EXPECT_NEAR(SignEncoders(negative, 1, true).kl(), SignEncoders(planar_pair(), 1).kl(),
              tests::kFewRoundings);
  EXPECT_EQ(SignEncoders::best_temperature(line_pair(0, 0, 1, 0, 1)),
            std::numeric_limits<double>::infinity());
}

TEST(SignEncoders, what_cannot_be_is_refused) {
  EXPECT_THROW(SignEncoders(random_pair(2, 1, 1), 1), Error);
  EXPECT_THROW(SignEncoders::best_temperature(random_pair(1, 2, 1)), Error);
  EXPECT_THROW(SignEncoders(planar_pair(), 0), Error);
  EXPECT_THROW(SignEncoders(planar_pair(), std::nan("")), Error);
  EXPECT_THROW(SignEncoders(line_pair(0, 0, 1, 1, 1), 1), Error);
}

}  // namespace
}  // namespace lagoon::contrastive
