#pragma once

#include <Eigen/Core>

#include "flow/random.hpp"

namespace lagoon::contrastive {

/// A normal law on R^d.
struct Gaussian {
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;
};

/// The law of one modality given the other, x | y ~ N(offset + coefficient y, covariance).
struct GaussianConditional {
  Eigen::MatrixXd coefficient;
  Eigen::VectorXd offset;
  Eigen::MatrixXd covariance;

  /// The law of x given this y.
  Gaussian at(const Eigen::VectorXd& y) const { return {offset + coefficient * y, covariance}; }
};

/// The density at x. Throws Error unless the covariance is positive definite.
double density(const Gaussian& law, const Eigen::VectorXd& x);
/// The same on the line, at each of x.
Eigen::VectorXd densities(const Gaussian& law, const Eigen::VectorXd& x);

/// n independent draws as rows. Row i is a function of (law, key.seed, key.purpose, key.sample +
/// i), so the first rows of more draws are the same. The covariance may be singular.
Eigen::MatrixXd draw(const Gaussian& law, const flow::DrawKey& key, Eigen::Index n);

}  // namespace lagoon::contrastive
