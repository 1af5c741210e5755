#include "contrastive/diagnostics/normality.hpp"

#include <cmath>
#include <string>

#include <Eigen/Cholesky>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// (n, n) products of the rows, less their mean, in the metric of their inverse covariance (divisor
/// n): the diagonal holds squared Mahalanobis distances.
Eigen::MatrixXd whitened_products(const Embeddings& embeddings) {
  Eigen::MatrixXd rows = as_matrix(embeddings).cast<double>();
  rows.rowwise() -= rows.colwise().mean().eval();
  const Eigen::MatrixXd covariance =
      rows.transpose() * rows / static_cast<double>(std::max<std::int64_t>(1, embeddings.n));
  const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
  const bool spans =
      embeddings.n > embeddings.dim && factor.info() == Eigen::Success && factor.rcond() > 1e-12;
  require(spans, std::to_string(embeddings.n) + " embeddings do not span their " +
                     std::to_string(embeddings.dim) +
                     " coordinates: no normal law has such a covariance (give more rows, or fewer "
                     "coordinates)");
  const Eigen::MatrixXd whitened = factor.matrixL().solve(rows.transpose());
  return whitened.transpose() * whitened;
}

double upper_normal(double z) {
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

/// The law of the statistic under normality: log-normal (Henze and Zirkler 1990, Theorem 2.2).
struct StatisticLaw {
  double log_mean = 0;
  double log_spread = 0;
};

StatisticLaw law_of_henze_zirkler(double d, double b2) {
  const double a = 1 + 2 * b2, w = (1 + b2) * (1 + 3 * b2), b4 = b2 * b2, b8 = b4 * b4;
  const double mean = 1 - std::pow(a, -d / 2) * (1 + d * b2 / a + d * (d + 2) * b4 / (2 * a * a));
  const double variance =
      2 * std::pow(1 + 4 * b2, -d / 2) +
      2 * std::pow(a, -d) *
          (1 + 2 * d * b4 / (a * a) + 3 * d * (d + 2) * b8 / (4 * std::pow(a, 4))) -
      4 * std::pow(w, -d / 2) * (1 + 3 * d * b4 / (2 * w) + d * (d + 2) * b8 / (2 * w * w));
  const double spread = std::log1p(variance / (mean * mean));
  return {std::log(mean) - 0.5 * spread, std::sqrt(spread)};
}

/// Excess kurtosis of the statistic under normality, to leading order in n: the statistic is a sum
/// over pairs, which in many coordinates the few nearest rule, and no log-normal law is near.
double excess_kurtosis(double n, double d, double b2) {
  return 2 / (n * n) * std::exp(d * std::log1p(4 * b2) - d / 2 * std::log1p(8 * b2));
}

}  // namespace

NormalityTest test_henze_zirkler(const Embeddings& rows) {
  const Eigen::MatrixXd products = whitened_products(rows);
  const auto n = static_cast<double>(rows.n), d = static_cast<double>(rows.dim);
  const double b2 = 0.5 * std::pow((2 * d + 1) * n / 4, 2 / (d + 4));
  require(excess_kurtosis(n, d, b2) < 1,
          std::to_string(rows.dim) + " coordinates are too many for Henze and Zirkler's test of " +
              std::to_string(rows.n) + " rows: a few near pairs make its statistic (test fewer)");
  const Eigen::ArrayXd squares = products.diagonal().array();
  double pairs = 0;
  for (Eigen::Index i = 0; i < products.rows(); ++i) {
    const auto distances = squares[i] + squares - 2 * products.col(i).array();
    pairs += (-b2 / 2 * distances).exp().sum();
  }
  const double centre = (-b2 / (2 * (1 + b2)) * squares).exp().sum();
  const double statistic =
      pairs / n - 2 * std::pow(1 + b2, -d / 2) * centre + n * std::pow(1 + 2 * b2, -d / 2);
  const auto law = law_of_henze_zirkler(d, b2);
  return {statistic, upper_normal((std::log(statistic) - law.log_mean) / law.log_spread)};
}

MardiaTest test_mardia(const Embeddings& rows) {
  const Eigen::MatrixXd products = whitened_products(rows);
  const auto n = static_cast<double>(rows.n), d = static_cast<double>(rows.dim);
  const double skewness = products.array().cube().sum() / (n * n);
  const double kurtosis = products.diagonal().array().square().mean();
  const double chi_squared = n * skewness / 6, degrees = d * (d + 1) * (d + 2) / 6;
  const double z = (kurtosis - d * (d + 2)) * std::sqrt(n / (8 * d * (d + 2)));
  return {{chi_squared, boost::math::gamma_q(degrees / 2, chi_squared / 2)},
          {z, 2 * upper_normal(std::abs(z))}};
}

}  // namespace lagoon::contrastive
