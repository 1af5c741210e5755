#include "contrastive/theory/gaussian_pair.hpp"

#include <Eigen/Cholesky>

namespace lagoon::contrastive {

GaussianConditional u_given_v(const GaussianPair& pair) {
  const Eigen::LLT<Eigen::MatrixXd> vv(pair.cov_vv);
  GaussianConditional result;
  result.coefficient = vv.solve(pair.cov_uv.transpose()).transpose();
  result.offset = pair.mean_u - result.coefficient * pair.mean_v;
  result.covariance = pair.cov_uu - result.coefficient * pair.cov_uv.transpose();
  return result;
}

GaussianConditional v_given_u(const GaussianPair& pair) {
  return u_given_v({pair.mean_v, pair.mean_u, pair.cov_vv, pair.cov_uv.transpose(), pair.cov_uu});
}

}  // namespace lagoon::contrastive
