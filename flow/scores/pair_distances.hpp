#pragma once

#include <Eigen/Core>

namespace lagoon::flow {

/// |a_i - b_j|^2 of columns, a (n, count), b (n, other count), by one matrix product: within
/// roundings of the squared lengths, so columns near the origin are best.
inline Eigen::MatrixXd squared_pair_distances(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  Eigen::MatrixXd result = -2 * (a.transpose() * b);
  result.colwise() += a.colwise().squaredNorm().transpose();
  result.rowwise() += b.colwise().squaredNorm();
  return result.cwiseMax(0);
}

/// Roots of those.
inline Eigen::MatrixXd pair_distances(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return squared_pair_distances(a, b).cwiseSqrt();
}

}  // namespace lagoon::flow
