#include "contrastive/theory/tilt.hpp"

#include "contrastive/theory/positive_definite.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

bool is_symmetric(const Eigen::MatrixXd& matrix, Eigen::Index size) {
  return matrix.rows() == size && matrix.cols() == size &&
         (matrix - matrix.transpose()).cwiseAbs().maxCoeff() <=
             kAsymmetry * matrix.cwiseAbs().maxCoeff();
}

// The covariance of a tilted law where the reference is standard, symmetric to the bit.
Eigen::MatrixXd covariance_of(const Eigen::MatrixXd& precision, const std::string& what) {
  const Eigen::LLT<Eigen::MatrixXd> factor(precision);
  if (factor.info() != Eigen::Success)
    throw Error("rho grows so fast that the tilted " + what +
                " cannot be normalised: A is too large against B and C; train with smaller steps, "
                "or ask for the conditionals only");
  const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(precision.rows(), precision.cols());
  const Eigen::MatrixXd covariance = factor.solve(identity);
  return 0.5 * (covariance + covariance.transpose());
}

// I + [[R_u^T B R_u, -R_u^T A R_v], [., R_v^T C R_v]] with C_uu = R_u R_u^T and C_vv = R_v R_v^T:
// the inverse covariance of nu in coordinates where the reference is standard.
Eigen::MatrixXd whitened_precision(const Tilt& tilt, const Eigen::MatrixXd& root_u,
                                   const Eigen::MatrixXd& root_v) {
  const auto n_u = root_u.rows(), n_v = root_v.rows();
  Eigen::MatrixXd precision = Eigen::MatrixXd::Identity(n_u + n_v, n_u + n_v);
  precision.topLeftCorner(n_u, n_u) += root_u.transpose() * tilt.B * root_u;
  precision.topRightCorner(n_u, n_v) = -root_u.transpose() * tilt.A * root_v;
  precision.bottomLeftCorner(n_v, n_u) = precision.topRightCorner(n_u, n_v).transpose();
  precision.bottomRightCorner(n_v, n_v) += root_v.transpose() * tilt.C * root_v;
  return 0.5 * (precision + precision.transpose());
}

}  // namespace

Tilt completed(const GaussianPair& pair, const Tilt& tilt) {
  require_valid(pair);
  const auto n_u = pair.n_u(), n_v = pair.n_v();
  Tilt full = tilt;
  if (tilt.B.size() == 0) full.B = Eigen::MatrixXd::Zero(n_u, n_u);
  if (tilt.C.size() == 0) full.C = Eigen::MatrixXd::Zero(n_v, n_v);
  if (tilt.a.size() == 0) full.a = Eigen::VectorXd::Zero(n_u);
  if (tilt.c.size() == 0) full.c = Eigen::VectorXd::Zero(n_v);
  require(
      full.A.rows() == n_u && full.A.cols() == n_v && full.a.size() == n_u && full.c.size() == n_v,
      "a tilt does not fit u of " + std::to_string(n_u) + " and v of " + std::to_string(n_v) +
          " components: A is (n_u, n_v), a (n_u), c (n_v)");
  require(full.A.allFinite() && full.B.allFinite() && full.C.allFinite() && full.a.allFinite() &&
              full.c.allFinite(),
          "a tilt is not finite: train with a smaller learning rate");
  require(is_symmetric(full.B, n_u) && is_symmetric(full.C, n_v),
          "B and C of a tilt are symmetric, (n_u, n_u) and (n_v, n_v): symmetrise them");
  return full;
}

GaussianPair tilted(const GaussianPair& reference, const Tilt& tilt) {
  const Tilt full = completed(reference, tilt);
  const auto n_u = reference.n_u(), n_v = reference.n_v();
  const Eigen::MatrixXd root_u = cholesky(reference.cov_uu, "the covariance of u").matrixL();
  const Eigen::MatrixXd root_v = cholesky(reference.cov_vv, "the covariance of v").matrixL();
  const Eigen::MatrixXd whitened = covariance_of(whitened_precision(full, root_u, root_v), "law");
  GaussianPair nu;
  nu.cov_uu = root_u * whitened.topLeftCorner(n_u, n_u) * root_u.transpose();
  nu.cov_uv = root_u * whitened.topRightCorner(n_u, n_v) * root_v.transpose();
  nu.cov_vv = root_v * whitened.bottomRightCorner(n_v, n_v) * root_v.transpose();
  nu.mean_u = reference.mean_u + nu.cov_uu * full.a + nu.cov_uv * full.c;
  nu.mean_v = reference.mean_v + nu.cov_uv.transpose() * full.a + nu.cov_vv * full.c;
  return nu;
}

GaussianConditional u_given_v(const GaussianPair& reference, const Tilt& tilt) {
  const Tilt full = completed(reference, tilt);
  const auto n_u = reference.n_u();
  const Eigen::MatrixXd root = cholesky(reference.cov_uu, "the covariance of u").matrixL();
  const Eigen::MatrixXd within = root.transpose() * full.B * root;
  const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(n_u, n_u);
  const Eigen::MatrixXd whitened =
      covariance_of(identity + 0.5 * (within + within.transpose()), "conditional");
  GaussianConditional result;
  result.covariance = root * whitened * root.transpose();
  result.coefficient = result.covariance * full.A;
  result.offset =
      reference.mean_u + result.covariance * full.a - result.coefficient * reference.mean_v;
  return result;
}

GaussianConditional v_given_u(const GaussianPair& reference, const Tilt& tilt) {
  return u_given_v(exchanged(reference), exchanged(tilt));
}

Tilt exchanged(const Tilt& tilt) {
  return {tilt.A.transpose(), tilt.C, tilt.B, tilt.c, tilt.a};
}

}  // namespace lagoon::contrastive
