#pragma once

#include <array>
#include <string>

#include "contrastive/theory/canonical.hpp"
#include "contrastive/theory/linear_encoders.hpp"
#include "contrastive/theory/tilt.hpp"

namespace lagoon::contrastive {

/// The population optima of linear encoders, over all G, H of r rows ([BST] section 5 and its two
/// quadratic extensions).
enum class Optimum {
  cosine_conditional,
  quadratic_one_sided,
  cosine_joint,
  quadratic_two_sided,
  quadratic_joint
};
inline constexpr std::array kOptima = {Optimum::cosine_conditional, Optimum::quadratic_one_sided,
                                       Optimum::cosine_joint, Optimum::quadratic_two_sided,
                                       Optimum::quadratic_joint};
/// "cosine_conditional" and so on.
std::string to_string(Optimum optimum);
/// B and C are not zero: -|g_u - g_v|^2 / 2 instead of <g_u, g_v>.
bool is_quadratic(Optimum optimum);

/// The tilt of one canonical mode, x = U_i^T C_uu^-1/2 u and y = V_i^T C_vv^-1/2 v of unit variance
/// and correlation s in [0, 1): log_rho = a x y - b x^2 / 2 - c y^2 / 2, with a^2 = b c if
/// quadratic.
struct ModeTilt {
  double a = 0, b = 0, c = 0;
};
ModeTilt mode_tilt(Optimum optimum, double s);

/// All five are A = C_uu^-1/2 U_r diag(a) V_r^T C_vv^-1/2, B = C_uu^-1/2 U_r diag(b) U_r^T
/// C_uu^-1/2, C = C_vv^-1/2 V_r diag(c) V_r^T C_vv^-1/2 with the r largest s. Rank 0 is the
/// reference itself, more than min(n_u, n_v) changes nothing; a negative rank throws Error.
Tilt optimal_tilt(Optimum optimum, const CanonicalPair& pair, int rank);
/// The same, its canonical correlations computed first.
Tilt optimal_tilt(Optimum optimum, const GaussianPair& pair, int rank);

/// G and H of `rank` rows that make that tilt ([BST] Remark D.3, for any rank), zero at the means
/// (affine for non-zero means, footnote 4). Inner product: both halves get diag(sqrt a); quadratic:
/// G = diag(sqrt b) U_r^T C_uu^-1/2, H = diag(sqrt c) V_r^T C_vv^-1/2. Unique up to a common
/// rotation (inner product: up to G -> M G, H -> M^-T H). Rows beyond min(n_u, n_v) are zero.
LinearEncoders optimal_encoders(Optimum optimum, const GaussianPair& pair, int rank);

/// [BST] Theorem 5.1, (43), (44): a = s. The conditional loss with any weights.
Tilt cosine_conditional(const GaussianPair& pair, int rank);

/// [BST] Theorem 5.3, (49), (50) with the sign of the logarithm and the factor 1/2 of the mean term
/// corrected: weights (2, 0). The rank-constrained optimum has a closed form, which [BST] leaves as
/// a minimisation: a = s / (1 - s^2), b = s^2 / (1 - s^2). The loss does not see C; encoders of r
/// rows leave c = 1 / (1 - s^2), C = A^T B^+ A. Remaining E KL(mu_u|v || nu_u|v) = -1/2 sum_{i>r}
/// log(1 - s_i^2).
Tilt quadratic_one_sided(const GaussianPair& pair, int rank);

/// [BST] Theorem 5.6, (53), (54): a = h(s) = (sqrt(1 + 4 s^2) - 1) / (2 s). At full rank nu's
/// cross-covariance is that of the data.
Tilt cosine_joint(const GaussianPair& pair, int rank);

/// The conditional loss (1, 1) of the quadratic tilting (not in [BST]): a = b = c =
/// (3 - sqrt(9 - 8 s)) / (sqrt(9 - 8 s) - 1), the positive root of (2 - 2s) b^2 + (3 - 4s) b = 2s.
/// Optimal over all G, H, for: (1) for given A = P diag(alpha) Q^T the loss is convex in (B, C), so
/// is the set of those with [[B, -A], [-A^T, C]] >= 0, and averaging over the signs of the modes
/// makes B and C diagonal; (2) a mode's minimum over b, c >= a^2 / b is at b = c = a; (3) what is
/// left is von Neumann's trace inequality and a convex function of each alpha, whose minimum falls
/// with s.
Tilt quadratic_two_sided(const GaussianPair& pair, int rank);

/// The joint loss of the quadratic tilting (not in [BST]): a = b = c = s / (2 (1 - s)), optimal
/// over all G, H by the same argument. nu has variances 1 - s/2 and covariance s/2 a mode; KL(mu ||
/// nu) = 1/2 sum_{i<=r} (s_i - log(1 + s_i)) - 1/2 sum_{i>r} log(1 - s_i^2).
Tilt quadratic_joint(const GaussianPair& pair, int rank);

}  // namespace lagoon::contrastive
