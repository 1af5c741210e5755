#pragma once

#include <string>

#include <Eigen/Cholesky>
#include <Eigen/Core>

namespace lagoon::contrastive {

/// What may differ between a number and its mirror image in a symmetric matrix, of the largest
/// entry.
inline constexpr double kAsymmetry = 1e-10;

/// The symmetric square root of a covariance and its inverse.
struct SymmetricRoots {
  Eigen::MatrixXd root, inverse_root;
};

/// Throws Error naming the matrix unless it is square, finite, symmetric (to kAsymmetry) and
/// positive definite (smallest eigenvalue above rounding of the largest).
SymmetricRoots symmetric_roots(const Eigen::MatrixXd& matrix, const std::string& name);

/// Cholesky's factor under the same conditions, with the same Error.
Eigen::LLT<Eigen::MatrixXd> cholesky(const Eigen::MatrixXd& matrix, const std::string& name);

/// log |matrix| of its factor.
double log_determinant(const Eigen::LLT<Eigen::MatrixXd>& factor);

}  // namespace lagoon::contrastive
