#pragma once

#include <functional>

#include <Eigen/Core>

#include "contrastive/minimize.hpp"
#include "contrastive/theory/gaussian.hpp"

namespace lagoon::contrastive {

/// A log density at u in R^n, up to a constant, which writes its gradient (of u's size already).
/// Minus infinity outside its support.
using LogDensity = std::function<double(const Eigen::VectorXd& u, Eigen::VectorXd& gradient)>;

/// The logarithm of a normal density with its constant. Throws Error unless the covariance is of
/// the mean's size and positive definite.
LogDensity gaussian_log_density(const Gaussian& law);

/// Where the posterior is densest, and how sure the search is.
struct PosteriorMode {
  Eigen::VectorXd u;
  double log_density = 0;    ///< log rho(u|v) + log prior(u)
  double gradient_norm = 0;  ///< of it, at u
  int n_converged = 0;       ///< starts whose search ended within the gradient's tolerance
  int n_agree = 0;           ///< starts that found the same log density as the best
  bool converged = false;    ///< the best search did
};

/// The mode of the learned conditional at the population level, [BST] (61): the u that maximises
/// log rho(u|v) + log prior(u) for one v, that is, the MAP point of the Bayesian inverse problem
/// with prior density `log_prior` and likelihood `log_rho`. Exchange u and v for (64). The best of
/// local searches from every row of `starts` (start, n), ties by the first; a start outside the
/// support is passed over. Throws Error if there is no start inside it.
PosteriorMode posterior_mode(const LogDensity& log_rho, const LogDensity& log_prior,
                             const Eigen::MatrixXd& starts, const MinimizeOptions& options = {});

}  // namespace lagoon::contrastive
