#pragma once

#include <Eigen/Core>

#include "flow/assimilation/posterior.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

/// KL(p || q) of normal laws in nats,
///   1/2 (tr(C_q^-1 C_p) - n + log(|C_q| / |C_p|) + (m_q - m_p)^T C_q^-1 (m_q - m_p)).
/// Throws Error unless sizes agree and both covariances are positive definite.
double gaussian_divergence(const GaussianPosterior& p, const GaussianPosterior& q);

/// KL(p || q) in nats of two weightings of the same members; infinite where q has none of p's.
double weights_divergence(const Eigen::VectorXd& p, const Eigen::VectorXd& q);

/// The squared maximum mean discrepancy of two samples (n, count), (n, other count), unbiased (it
/// may be negative): E k(x, x') + E k(y, y') - 2 E k(x, y), pairs of different draws, with k(a, b)
/// = exp(-|a - b|^2 / (2 median^2)), the median over all distances of the pooled sample. Throws
/// Error for samples of fewer than two.
double squared_mmd(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y);

/// The same of `draws` independent draws of each posterior; p's and q's draws are functions of the
/// key and differ.
double squared_mmd(const Posterior& p, const Posterior& q, int draws, const DrawKey& key);

}  // namespace lagoon::flow
