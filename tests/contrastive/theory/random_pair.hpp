#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Core>

#include "contrastive/theory/gaussian_pair.hpp"
#include "flow/random.hpp"

namespace lagoon::contrastive {

/// A matrix of standard normals, a function of its arguments.
inline Eigen::MatrixXd random_matrix(Eigen::Index rows, Eigen::Index cols, std::uint64_t seed) {
  const Gaussian standard{Eigen::VectorXd::Zero(cols), Eigen::MatrixXd::Identity(cols, cols)};
  return draw(standard, {seed, flow::Purpose::test_gaussian_pair, 0}, rows);
}

/// Of a normal law of mean 0.
inline double normal_density(double x, double variance) {
  return std::exp(-0.5 * x * x / variance) / std::sqrt(2 * M_PI * variance);
}

/// A law with a Wishart covariance of few more degrees of freedom than components, so that its
/// canonical correlations spread over (0, 1), and with means of order 1.
inline GaussianPair random_pair(Eigen::Index n_u, Eigen::Index n_v, std::uint64_t seed) {
  const auto n = n_u + n_v;
  const Eigen::MatrixXd rows = random_matrix(n + 6, n, 2 * seed);
  const Eigen::MatrixXd covariance =
      rows.transpose() * rows / static_cast<double>(n) + 0.05 * Eigen::MatrixXd::Identity(n, n);
  const Eigen::VectorXd mean = random_matrix(1, n, 2 * seed + 1).row(0);
  return {mean.head(n_u), mean.tail(n_v), covariance.topLeftCorner(n_u, n_u),
          covariance.topRightCorner(n_u, n_v), covariance.bottomRightCorner(n_v, n_v)};
}

/// 20 laws with n_u and n_v from 1 to 8, both ways round.
inline std::vector<GaussianPair> twenty_pairs() {
  std::vector<GaussianPair> pairs;
  for (int i = 0; i < 20; ++i)
    pairs.push_back(random_pair(1 + (3 * i + 2) % 8, 1 + (5 * i + i / 8) % 8,
                                static_cast<std::uint64_t>(100 + i)));
  return pairs;
}

inline int modes_of(const GaussianPair& pair) {
  return static_cast<int>(std::min(pair.n_u(), pair.n_v()));
}

/// [BST] 5.4: variances 1.5, covariance 1.
inline GaussianPair planar_pair() {
  const auto one = [](double value) { return Eigen::MatrixXd::Constant(1, 1, value); };
  return {Eigen::VectorXd::Zero(1), Eigen::VectorXd::Zero(1), one(1.5), one(1), one(1.5)};
}

}  // namespace lagoon::contrastive
