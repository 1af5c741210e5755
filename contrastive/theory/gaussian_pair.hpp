#pragma once

#include <Eigen/Core>

namespace lagoon::contrastive {

/// The law of two jointly Gaussian modalities, [BST] section 5: u in R^{n_u}, v in R^{n_v}.
struct GaussianPair {
  Eigen::VectorXd mean_u, mean_v;
  Eigen::MatrixXd cov_uu, cov_uv, cov_vv;

  Eigen::Index n_u() const { return cov_uu.rows(); }
  Eigen::Index n_v() const { return cov_vv.rows(); }
};

/// u | v ~ N(offset + coefficient v, covariance), or v | u.
struct GaussianConditional {
  Eigen::MatrixXd coefficient;
  Eigen::VectorXd offset;
  Eigen::MatrixXd covariance;
};

/// [BST] (37a): coefficient C_uv C_vv^-1, covariance C_uu - C_uv C_vv^-1 C_vu.
GaussianConditional u_given_v(const GaussianPair& pair);

/// [BST] (37b).
GaussianConditional v_given_u(const GaussianPair& pair);

}  // namespace lagoon::contrastive
