#pragma once

#include "contrastive/theory/tilt.hpp"

namespace lagoon::contrastive {

/// The losses at an infinite number of samples, for data and reference marginals of the same pair.
/// The L are expectations of log_rho by Lemma E.2 (corrected: -1/2 m^T Lambda^-1 m, not -m^T
/// Lambda^-1 m), the J are divergences by Lemma E.1; J_cond = (lambda_u + lambda_v) / 2 I(u; v) +
/// L_cond and J_joint = I(u; v) + L_joint.

/// [BST] Optimization Problem 3.13:
///   -E_mu (lambda_u + lambda_v)/2 log_rho
///       + lambda_u/2 E_v log E_u rho + lambda_v/2 E_u log E_v rho;
/// lambda_u weighs u|v. Infinite where a normaliser is.
double l_cond(const GaussianPair& data, const Tilt& tilt, double lambda_u = 1, double lambda_v = 1);

/// [BST] (52): -E_mu log_rho + log E_{mu_u x mu_v} rho. Infinite where the normaliser is.
double l_joint(const GaussianPair& data, const Tilt& tilt);

/// lambda_u/2 E_v KL(mu_u|v || nu_u|v) + lambda_v/2 E_u KL(mu_v|u || nu_v|u), of conditionals that
/// exist (else Error).
double j_cond(const GaussianPair& data, const Tilt& tilt, double lambda_u = 1, double lambda_v = 1);

/// KL(mu || nu); Error where nu does not exist.
double j_joint(const GaussianPair& data, const Tilt& tilt);

}  // namespace lagoon::contrastive
