#pragma once

#include "contrastive/theory/gaussian_pair.hpp"

namespace lagoon::contrastive {

/// KL(p || q) in nats, [BST] Lemma E.1:
///   1/2 [tr(C_q^-1 C_p) - d + log(|C_q| / |C_p|) + |m_q - m_p|^2 in the norm of C_q^-1].
/// (The lemma's formula is this; its words name the arguments the other way round.) Throws Error
/// unless the sizes agree and both covariances are positive definite.
double kl(const Gaussian& p, const Gaussian& q);

/// KL(mu || nu) of two laws of (u, v).
double kl_joint(const GaussianPair& mu, const GaussianPair& nu);

/// The mean of KL(p(.|y) || q(.|y)) over y ~ given.
double expected_kl(const GaussianConditional& p, const GaussianConditional& q,
                   const Gaussian& given);

/// The mean of |E_p[x|y] - E_q[x|y]|^2 over y ~ given: a sum over the components of x.
double expected_square_error(const GaussianConditional& p, const GaussianConditional& q,
                             const Gaussian& given);

}  // namespace lagoon::contrastive
