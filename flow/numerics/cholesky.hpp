#pragma once

#include <Eigen/Cholesky>

namespace lagoon::flow {

/// 1/2 ln det A of the factor of A = L L^T: the sum of ln L_ii.
inline double half_log_determinant(const Eigen::LLT<Eigen::MatrixXd>& factor) {
  return factor.matrixLLT().diagonal().array().log().sum();
}

}  // namespace lagoon::flow
