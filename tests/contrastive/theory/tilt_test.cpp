#include "contrastive/theory/tilt.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "contrastive/theory/linear_encoders.hpp"
#include "contrastive/theory/optimal_tilts.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/theory/random_pair.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::kSmallMatrices;

LinearEncoders random_encoders(int rows, const GaussianPair& pair, std::uint64_t seed) {
  const auto small = [&](Eigen::Index n, Eigen::Index m, std::uint64_t stream) {
    return Eigen::MatrixXd(0.15 * random_matrix(n, m, 10 * seed + stream));
  };
  return {small(rows, pair.n_u(), 1), small(rows, pair.n_v(), 2), small(1, rows, 3).row(0),
          small(1, rows, 4).row(0)};
}

double log_rho_of(const Tilt& tilt, const GaussianPair& pair, const Eigen::VectorXd& at_u,
                  const Eigen::VectorXd& at_v) {
  const Eigen::VectorXd u = at_u - pair.mean_u, v = at_v - pair.mean_v;
  return u.dot(tilt.A * v) - 0.5 * u.dot(tilt.B * u) - 0.5 * v.dot(tilt.C * v) + tilt.a.dot(u) +
         tilt.c.dot(v);
}

double log_density(const Gaussian& law, const Eigen::VectorXd& x) {
  return std::log(density(law, x));
}

TEST(Tilt, tilted_density_is_the_references_times_rho) {
  const GaussianPair pair = random_pair(4, 3, 2);
  const Tilt tilt = quadratic_tilt(random_encoders(2, pair, 1), pair, 0.7);
  const Gaussian nu = joint(tilted(pair, tilt));
  const Eigen::MatrixXd points = random_matrix(6, 7, 9);
  double log_normalizer = 0;
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    const Eigen::VectorXd u = points.row(i).head(4), v = points.row(i).tail(3);
    const double gap = log_density(marginal_u(pair), u) + log_density(marginal_v(pair), v) +
                       log_rho_of(tilt, pair, u, v) - log_density(nu, points.row(i));
    if (i == 0) log_normalizer = gap;
    EXPECT_NEAR(gap, log_normalizer, kSmallMatrices);
  }
}

void expect_same(const GaussianConditional& one, const GaussianConditional& other) {
  EXPECT_LE((one.coefficient - other.coefficient).norm(), kSmallMatrices);
  EXPECT_LE((one.offset - other.offset).norm(), kSmallMatrices);
  EXPECT_LE((one.covariance - other.covariance).norm(), kSmallMatrices);
}

TEST(Tilt, its_conditionals_are_those_of_the_tilted_law) {
  for (const auto& [n_u, n_v] : {std::pair{4, 3}, {2, 5}, {1, 1}}) {
    const GaussianPair pair = random_pair(n_u, n_v, 6);
    const LinearEncoders encoders = random_encoders(3, pair, 2);
    for (const Tilt& tilt : {quadratic_tilt(encoders, pair), inner_product_tilt(encoders, pair)}) {
      expect_same(u_given_v(pair, tilt), u_given_v(tilted(pair, tilt)));
      expect_same(v_given_u(pair, tilt), v_given_u(tilted(pair, tilt)));
    }
  }
}

TEST(Tilt, tilts_of_encoders_are_their_products_up_to_a_constant) {
  const GaussianPair pair = random_pair(3, 4, 4);
  const LinearEncoders e = random_encoders(2, pair, 3);
  constexpr double kTemperature = 0.4;
  const Tilt inner = inner_product_tilt(e, pair, kTemperature);
  const Tilt quadratic = quadratic_tilt(e, pair, kTemperature);
  const Eigen::MatrixXd points = random_matrix(5, 7, 3);
  Eigen::Vector2d constants = Eigen::Vector2d::Zero();
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    const Eigen::VectorXd u = points.row(i).head(3), v = points.row(i).tail(4);
    const Eigen::VectorXd z_u = e.G * u + e.g, z_v = e.H * v + e.h;
    const Eigen::Vector2d gaps(
        z_u.dot(z_v) / kTemperature - log_rho_of(inner, pair, u, v),
        -0.5 * (z_u - z_v).squaredNorm() / kTemperature - log_rho_of(quadratic, pair, u, v));
    if (i == 0) constants = gaps;
    EXPECT_LE((gaps - constants).norm(), kSmallMatrices);
  }
}

TEST(Tilt, exchanging_the_modalities_exchanges_the_law) {
  const GaussianPair pair = random_pair(3, 4, 4);
  const Tilt tilt = quadratic_tilt(random_encoders(2, pair, 5), pair);
  const GaussianPair one = exchanged(tilted(pair, tilt)),
                     other = tilted(exchanged(pair), exchanged(tilt));
  EXPECT_LE((joint(one).covariance - joint(other).covariance).norm(), kSmallMatrices);
  EXPECT_LE((joint(one).mean - joint(other).mean).norm(), kSmallMatrices);
}

TEST(Tilt, empty_members_are_zero) {
  const GaussianPair pair = random_pair(2, 3, 1);
  const GaussianPair nu = tilted(pair, {Eigen::MatrixXd::Zero(2, 3), {}, {}, {}, {}});
  EXPECT_LE((nu.cov_uu - pair.cov_uu).norm(), kSmallMatrices);
  EXPECT_LE(nu.cov_uv.norm(), kSmallMatrices);
  EXPECT_EQ(nu.mean_u, pair.mean_u);
}

TEST(Tilt, conditionals_exist_where_the_law_does_not) {
  // A = 1 against a bound of 1 / 1.5: exp(u v) grows faster than the reference falls.
  const GaussianPair pair = planar_pair();
  const Tilt tilt{Eigen::MatrixXd::Ones(1, 1), {}, {}, {}, {}};
  EXPECT_NEAR(u_given_v(pair, tilt).coefficient(0), 1.5, kSmallMatrices);
  try {
    tilted(pair, tilt);
    FAIL() << "a law that cannot be normalised";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("tilted law cannot be normalised"), std::string::npos);
  }
  const Tilt negative{Eigen::MatrixXd::Zero(1, 1), -Eigen::MatrixXd::Ones(1, 1), {}, {}, {}};
  EXPECT_THROW(u_given_v(pair, negative), Error);
  EXPECT_NO_THROW(v_given_u(pair, negative));
}

TEST(Tilt, shapes_and_values_that_do_not_fit_are_refused) {
  const GaussianPair pair = random_pair(2, 3, 1);
  const Eigen::MatrixXd A = Eigen::MatrixXd::Zero(2, 3);
  Eigen::MatrixXd lopsided = Eigen::MatrixXd::Identity(2, 2);
  lopsided(0, 1) = 1;
  EXPECT_THROW(tilted(pair, {A.transpose(), {}, {}, {}, {}}), Error);
  EXPECT_THROW(tilted(pair, {A, Eigen::MatrixXd::Zero(3, 3), {}, {}, {}}), Error);
  EXPECT_THROW(tilted(pair, {A, lopsided, {}, {}, {}}), Error);
  EXPECT_THROW(tilted(pair, {A, {}, {}, Eigen::VectorXd::Zero(3), {}}), Error);
  EXPECT_THROW(tilted(pair, {A * std::nan(""), {}, {}, {}, {}}), Error);
}

TEST(Tilt, encoders_that_do_not_fit_are_refused) {
  const GaussianPair pair = random_pair(2, 3, 1);
  const LinearEncoders encoders = random_encoders(2, pair, 5);
  LinearEncoders other = encoders;
  other.H = Eigen::MatrixXd::Zero(3, 3);
  EXPECT_THROW(inner_product_tilt(other, pair), Error);
  other = encoders;
  other.g = Eigen::VectorXd::Zero(3);
  EXPECT_THROW(quadratic_tilt(other, pair), Error);
  EXPECT_THROW(quadratic_tilt(encoders, exchanged(pair)), Error);
  EXPECT_THROW(inner_product_tilt(encoders, pair, 0), Error);
  EXPECT_THROW(inner_product_tilt(encoders, pair, std::nan("")), Error);
}

}  // namespace
}  // namespace lagoon::contrastive
