#pragma once

#include <Eigen/Core>

#include "contrastive/theory/gaussian_pair.hpp"

namespace lagoon::contrastive {

/// A log-quadratic tilting, about the means of the pair that it tilts (u, v below are departures):
///   log_rho = u^T A v - u^T B u / 2 - v^T C v / 2 + a^T u + c^T v.
/// B and C are symmetric, 0 for the inner product. a and c come from encoders that do not vanish
/// at the means; no optimum has them. B, C, a, c may be left empty: 0.
struct Tilt {
  Eigen::MatrixXd A, B, C;
  Eigen::VectorXd a, c;
};

/// The tilt with all its members there. Throws Error if a shape does not fit the pair, a value is
/// not finite, or B or C is not symmetric.
Tilt completed(const GaussianPair& pair, const Tilt& tilt);

/// nu = rho mu_u x mu_v / Z with the marginals of the reference, [BST] (40), (47). Its inverse
/// covariance is
///   [[C_uu^-1 + B, -A], [-A^T, C_vv^-1 + C]].
/// Throws Error if that is not positive definite: then rho cannot be normalised, though its
/// conditionals may exist.
GaussianPair tilted(const GaussianPair& reference, const Tilt& tilt);

/// nu's conditionals, [BST] (41), (48): u|v has covariance (C_uu^-1 + B)^-1 and coefficient that
/// times A. They exist also where nu does not. Throws Error if the covariance does not exist.
GaussianConditional u_given_v(const GaussianPair& reference, const Tilt& tilt);
GaussianConditional v_given_u(const GaussianPair& reference, const Tilt& tilt);

/// u and v change places.
Tilt exchanged(const Tilt& tilt);

}  // namespace lagoon::contrastive
