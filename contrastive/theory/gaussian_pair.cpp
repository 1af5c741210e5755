#include "contrastive/theory/gaussian_pair.hpp"

#include <cmath>
#include <string>

#include "contrastive/theory/positive_definite.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Index side_of(std::span<const double> square, const std::string& name) {
  const auto side =
      static_cast<Eigen::Index>(std::llround(std::sqrt(static_cast<double>(square.size()))));
  require(side > 0 && side * side == static_cast<Eigen::Index>(square.size()),
          name + " has " + std::to_string(square.size()) + " entries: give a square matrix");
  return side;
}

void require_samples(const Eigen::MatrixXd& u, const Eigen::MatrixXd& v) {
  require(u.rows() == v.rows(), "there are " + std::to_string(u.rows()) + " samples of u and " +
                                    std::to_string(v.rows()) + " of v: give pairs");
  require(u.rows() >= 2 && u.cols() > 0 && v.cols() > 0,
          "an empirical law needs two samples with a component each: give more");
  require(u.allFinite() && v.allFinite(),
          "samples hold values that are not finite: leave those samples out");
}

}  // namespace

void require_valid(const GaussianPair& pair) {
  const auto n_u = pair.n_u(), n_v = pair.n_v();
  require(n_u > 0 && n_v > 0,
          "a pair needs a component of u and one of v: its covariance is empty");
  require(pair.cov_uu.cols() == n_u && pair.cov_vv.cols() == n_v && pair.cov_uv.rows() == n_u &&
              pair.cov_uv.cols() == n_v && pair.mean_u.size() == n_u && pair.mean_v.size() == n_v,
          "the means and covariances of u (" + std::to_string(n_u) + " components) and v (" +
              std::to_string(n_v) + ") do not fit: give (n_u, n_u), (n_u, n_v) and (n_v, n_v)");
  require(pair.mean_u.allFinite() && pair.mean_v.allFinite() && pair.cov_uv.allFinite(),
          "the means or the cross-covariance of a pair are not finite: leave those samples out");
}

GaussianPair centred_pair(std::span<const double> uu, std::span<const double> uv,
                          std::span<const double> vv) {
  const auto n_u = side_of(uu, "the covariance of u"), n_v = side_of(vv, "the covariance of v");
  require(static_cast<Eigen::Index>(uv.size()) == n_u * n_v,
          "the cross-covariance has " + std::to_string(uv.size()) + " entries: it needs " +
              std::to_string(n_u * n_v));
  return {Eigen::VectorXd::Zero(n_u), Eigen::VectorXd::Zero(n_v),
          Eigen::Map<const RowMajor>(uu.data(), n_u, n_u),
          Eigen::Map<const RowMajor>(uv.data(), n_u, n_v),
          Eigen::Map<const RowMajor>(vv.data(), n_v, n_v)};
}

GaussianPair sample_pair(const Eigen::MatrixXd& u, const Eigen::MatrixXd& v) {
  require_samples(u, v);
  const double share = 1 / static_cast<double>(u.rows());
  GaussianPair pair{u.colwise().mean(), v.colwise().mean(), {}, {}, {}};
  const Eigen::MatrixXd from_u = u.rowwise() - pair.mean_u.transpose();
  const Eigen::MatrixXd from_v = v.rowwise() - pair.mean_v.transpose();
  const Eigen::MatrixXd uu = share * (from_u.transpose() * from_u);
  const Eigen::MatrixXd vv = share * (from_v.transpose() * from_v);
  pair.cov_uu = 0.5 * (uu + uu.transpose());
  pair.cov_uv = share * (from_u.transpose() * from_v);
  pair.cov_vv = 0.5 * (vv + vv.transpose());
  return pair;
}

GaussianPair exchanged(const GaussianPair& pair) {
  return {pair.mean_v, pair.mean_u, pair.cov_vv, pair.cov_uv.transpose(), pair.cov_uu};
}

Gaussian joint(const GaussianPair& pair) {
  require_valid(pair);
  const auto n_u = pair.n_u(), n_v = pair.n_v();
  Gaussian both{Eigen::VectorXd(n_u + n_v), Eigen::MatrixXd(n_u + n_v, n_u + n_v)};
  both.mean << pair.mean_u, pair.mean_v;
  both.covariance << pair.cov_uu, pair.cov_uv, pair.cov_uv.transpose(), pair.cov_vv;
  return both;
}

Gaussian marginal_u(const GaussianPair& pair) {
  return {pair.mean_u, pair.cov_uu};
}

Gaussian marginal_v(const GaussianPair& pair) {
  return {pair.mean_v, pair.cov_vv};
}

GaussianConditional u_given_v(const GaussianPair& pair) {
  require_valid(pair);
  const auto vv = cholesky(pair.cov_vv, "the covariance of what is given");
  GaussianConditional result;
  result.coefficient = vv.solve(pair.cov_uv.transpose()).transpose();
  result.offset = pair.mean_u - result.coefficient * pair.mean_v;
  // A product with its own transpose: symmetric to the bit.
  const Eigen::MatrixXd explained = vv.matrixL().solve(pair.cov_uv.transpose());
  result.covariance = pair.cov_uu;
  result.covariance.selfadjointView<Eigen::Lower>().rankUpdate(explained.transpose(), -1.0);
  result.covariance.triangularView<Eigen::StrictlyUpper>() = result.covariance.transpose();
  return result;
}

GaussianConditional v_given_u(const GaussianPair& pair) {
  return u_given_v(exchanged(pair));
}

}  // namespace lagoon::contrastive
