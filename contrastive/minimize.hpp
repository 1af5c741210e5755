#pragma once

#include <functional>

#include <Eigen/Core>

namespace lagoon::contrastive {

/// The value of a smooth function at x; writes its gradient, which has x's size already. A value
/// that is not finite means that x is outside the domain: the search comes nearer.
using SmoothFunction = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>;

/// When minimize() stops.
struct MinimizeOptions {
  int max_iterations = 1000;
  double gradient_tolerance = 1e-8;  ///< stops at a Euclidean norm of the gradient of this or less
};

/// Where minimize() stopped.
struct Minimum {
  Eigen::VectorXd x;
  double value = 0;
  double gradient_norm = 0;  ///< Euclidean, at x
  int iterations = 0;
  bool converged = false;  ///< the gradient is within its tolerance
};

/// A local minimum by L-BFGS (Nocedal, Wright, Numerical Optimization, algorithms 7.4 and 7.5) with
/// a bracketing search for the strong Wolfe conditions (3.5, 3.6), and near the minimum, where
/// values are equal but for rounding, for the approximate ones (Hager, Zhang 2005). Deterministic.
/// The value never rises by more than rounding. Ends unconverged, without an error, when no step
/// makes progress or iterations run out. Throws Error if the function is not finite at the start.
Minimum minimize(const SmoothFunction& function, Eigen::VectorXd start,
                 const MinimizeOptions& options = {});

}  // namespace lagoon::contrastive
