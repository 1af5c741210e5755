#pragma once

#include <Eigen/Core>

#include "flow/assimilation/posterior.hpp"
#include "flow/random.hpp"

// Posteriors for the tests of scores.
namespace lagoon::tests {

/// (n, count) standard normals.
inline Eigen::MatrixXd normal_draws(Eigen::Index n, Eigen::Index count, std::uint64_t sample) {
  Eigen::MatrixXd draws(n, count);
  for (Eigen::Index i = 0; i < draws.size(); ++i) {
    draws.data()[i] =
        flow::normal_pair(7, flow::Purpose::train, sample, static_cast<std::uint32_t>(i))[0];
  }
  return draws;
}

/// Weights of sum 1, all different.
inline Eigen::VectorXd some_weights(Eigen::Index count) {
  const Eigen::VectorXd raw = normal_draws(count, 1, 99).array().exp();
  return raw / raw.sum();
}

inline flow::EnsemblePosterior equal_members(Eigen::Index n, Eigen::Index count,
                                             std::uint64_t sample) {
  return {normal_draws(n, count, sample), {}};
}

inline flow::GaussianPosterior some_gaussian(Eigen::Index n, std::uint64_t sample) {
  const Eigen::MatrixXd root = normal_draws(n, 2 * n, sample);
  return {normal_draws(n, 1, sample + 1), root * root.transpose() / static_cast<double>(2 * n)};
}

}  // namespace lagoon::tests
