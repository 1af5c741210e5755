#pragma once

#include <span>

#include <Eigen/Core>

#include "contrastive/theory/gaussian.hpp"

namespace lagoon::contrastive {

/// The law of two jointly Gaussian modalities, [BST] section 5: u in R^{n_u}, v in R^{n_v}.
struct GaussianPair {
  Eigen::VectorXd mean_u, mean_v;
  Eigen::MatrixXd cov_uu, cov_uv, cov_vv;

  Eigen::Index n_u() const { return cov_uu.rows(); }
  Eigen::Index n_v() const { return cov_vv.rows(); }
};

/// Throws Error unless the shapes agree. What needs a covariance to be symmetric and positive
/// definite checks that itself.
void require_valid(const GaussianPair& pair);

/// Means zero, covariances as row-major arrays: (n_u, n_u), (n_u, n_v), (n_v, n_v).
GaussianPair centred_pair(std::span<const double> uu, std::span<const double> uv,
                          std::span<const double> vv);

/// The empirical law of samples (N, n_u), (N, n_v), rows are samples: means, and covariances about
/// them over N ([BST] Remark D.2 has means zero). All that is computed of it is then the Gaussian
/// plug-in; it is not the optimum of the empirical loss over those N samples, whose normalisers are
/// means of exponentials over the samples ([BST] says that it is). Throws Error for other shapes,
/// fewer than two samples, or values that are not finite.
GaussianPair sample_pair(const Eigen::MatrixXd& u, const Eigen::MatrixXd& v);

/// u and v change places.
GaussianPair exchanged(const GaussianPair& pair);

/// The law of (u, v) in R^{n_u + n_v}, and its marginals (36).
Gaussian joint(const GaussianPair& pair);
Gaussian marginal_u(const GaussianPair& pair);
Gaussian marginal_v(const GaussianPair& pair);

/// [BST] (37a): coefficient C_uv C_vv^-1, covariance C_uu - C_uv C_vv^-1 C_vu. Throws Error unless
/// C_vv is positive definite.
GaussianConditional u_given_v(const GaussianPair& pair);

/// [BST] (37b).
GaussianConditional v_given_u(const GaussianPair& pair);

}  // namespace lagoon::contrastive
