#include "contrastive/theory/population_loss.hpp"

#include <limits>

#include "contrastive/theory/divergence.hpp"
#include "contrastive/theory/positive_definite.hpp"

namespace lagoon::contrastive {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// tr(M Sigma) of symmetric matrices.
double inner(const Eigen::MatrixXd& m, const Eigen::MatrixXd& sigma) {
  return m.cwiseProduct(sigma).sum();
}

double mean_log_rho(const GaussianPair& data, const Tilt& tilt) {
  return inner(tilt.A, data.cov_uv) - 0.5 * inner(tilt.B, data.cov_uu) -
         0.5 * inner(tilt.C, data.cov_vv);
}

// log E exp(-x^T M x / 2 + k^T x) for x ~ N(0, Sigma), averaged over k of covariance K about a
// mean: Lemma E.2 with m = 0, in coordinates where x is standard.
double mean_log_normalizer(const Eigen::MatrixXd& sigma, const Eigen::MatrixXd& m,
                           const Eigen::VectorXd& mean_k, const Eigen::MatrixXd& cov_k) {
  const Eigen::MatrixXd root = cholesky(sigma, "the covariance of a modality").matrixL();
  const Eigen::MatrixXd precision =
      Eigen::MatrixXd::Identity(m.rows(), m.cols()) + root.transpose() * m * root;
  const Eigen::LLT<Eigen::MatrixXd> factor(precision);
  if (factor.info() != Eigen::Success) return kInfinity;
  const Eigen::MatrixXd second = cov_k + mean_k * mean_k.transpose();
  return -0.5 * log_determinant(factor) +
         0.5 * factor.solve(root.transpose() * second * root).trace();
}

// E_v log E_u rho(u, v).
double mean_log_over_u(const GaussianPair& data, const Tilt& tilt) {
  return mean_log_normalizer(data.cov_uu, tilt.B, tilt.a,
                             tilt.A * data.cov_vv * tilt.A.transpose()) -
         0.5 * inner(tilt.C, data.cov_vv);
}

}  // namespace

double l_cond(const GaussianPair& data, const Tilt& tilt, double lambda_u, double lambda_v) {
  const Tilt full = completed(data, tilt);
  double loss = -0.5 * (lambda_u + lambda_v) * mean_log_rho(data, full);
  if (lambda_u != 0) loss += 0.5 * lambda_u * mean_log_over_u(data, full);
  if (lambda_v != 0) loss += 0.5 * lambda_v * mean_log_over_u(exchanged(data), exchanged(full));
  return loss;
}

double l_joint(const GaussianPair& data, const Tilt& tilt) {
  const Tilt full = completed(data, tilt);
  const auto n_u = data.n_u(), n_v = data.n_v();
  Eigen::MatrixXd m(n_u + n_v, n_u + n_v);
  m << full.B, -full.A, -full.A.transpose(), full.C;
  Eigen::VectorXd k(n_u + n_v);
  k << full.a, full.c;
  GaussianPair reference = data;
  reference.cov_uv.setZero();
  return mean_log_normalizer(joint(reference).covariance, m, k,
                             Eigen::MatrixXd::Zero(n_u + n_v, n_u + n_v)) -
         mean_log_rho(data, full);
}

double j_cond(const GaussianPair& data, const Tilt& tilt, double lambda_u, double lambda_v) {
  double divergence = 0;
  if (lambda_u != 0)
    divergence +=
        0.5 * lambda_u * expected_kl(u_given_v(data), u_given_v(data, tilt), marginal_v(data));
  if (lambda_v != 0)
    divergence +=
        0.5 * lambda_v * expected_kl(v_given_u(data), v_given_u(data, tilt), marginal_u(data));
  return divergence;
}

double j_joint(const GaussianPair& data, const Tilt& tilt) {
  return kl_joint(data, tilted(data, tilt));
}

}  // namespace lagoon::contrastive
