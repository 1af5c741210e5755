#pragma once

#include <variant>

#include <Eigen/Core>

namespace lagoon::flow {

/// A normal law of the control vector (n).
struct GaussianPosterior {
  Eigen::VectorXd mean;        ///< (n)
  Eigen::MatrixXd covariance;  ///< (n, n)
};

/// Members that stand for a law of the control vector.
struct EnsemblePosterior {
  Eigen::MatrixXd members;  ///< (n, member)
  Eigen::VectorXd weights;  ///< (member), sum 1; empty: all alike
};

/// What a method says of a flow once its drifters were seen.
using Posterior = std::variant<GaussianPosterior, EnsemblePosterior>;

}  // namespace lagoon::flow
