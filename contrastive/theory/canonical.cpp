#include "contrastive/theory/canonical.hpp"

#include <limits>
#include <string>

#include <Eigen/SVD>

#include "contrastive/theory/positive_definite.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {

CanonicalPair canonical(const GaussianPair& pair) {
  require_valid(pair);
  const auto u = symmetric_roots(pair.cov_uu, "the covariance of u");
  const auto v = symmetric_roots(pair.cov_vv, "the covariance of v");
  const Eigen::MatrixXd whitened = u.inverse_root * pair.cov_uv * v.inverse_root;
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(whitened, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const double rounding =
      static_cast<double>(pair.n_u() + pair.n_v()) * std::numeric_limits<double>::epsilon();
  const double largest = svd.singularValues()(0);
  if (!(largest < 1 - rounding))
    throw Error(
        "the covariance of (u, v) is not positive definite (largest canonical correlation " +
        std::to_string(largest) + ", it must be below 1): leave out components of u that v " +
        "determines, or give more samples");
  const Eigen::VectorXd s =
      (svd.singularValues().array() > rounding).select(svd.singularValues(), 0);
  return {s, svd.matrixU(), svd.matrixV(), u.root, u.inverse_root, v.root, v.inverse_root};
}

double mutual_information(const CanonicalPair& pair) {
  return -0.5 * (-pair.s.array().square()).log1p().sum();
}

double mutual_information(const GaussianPair& pair) {
  return mutual_information(canonical(pair));
}

}  // namespace lagoon::contrastive
