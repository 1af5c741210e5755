#pragma once

#include <Eigen/Core>

#include "contrastive/theory/gaussian_pair.hpp"

namespace lagoon::contrastive {

/// The canonical correlations of a pair: C_uu^-1/2 C_uv C_vv^-1/2 = U diag(s) V^T with symmetric
/// roots, m = min(n_u, n_v) values 1 > s_1 >= ... >= s_m >= 0, U (n_u, m), V (n_v, m). Invertible
/// linear maps of u and of v leave s as it is.
struct CanonicalPair {
  Eigen::VectorXd s;
  Eigen::MatrixXd U, V;
  Eigen::MatrixXd root_uu, inverse_root_uu, root_vv, inverse_root_vv;

  Eigen::Index size() const { return s.size(); }
};

/// Values of s below rounding are set to 0. Throws Error unless the law is positive definite: C_uu,
/// C_vv and s_1 < 1.
CanonicalPair canonical(const GaussianPair& pair);

/// I(u; v) = -1/2 sum log(1 - s_i^2), in nats.
double mutual_information(const CanonicalPair& pair);
double mutual_information(const GaussianPair& pair);

}  // namespace lagoon::contrastive
