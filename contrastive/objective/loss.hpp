#pragma once

#include <torch/types.h>

namespace lagoon::contrastive {

/// The empirical conditional loss of [BST] Optimization Problem 3.13 (lambda_u, lambda_v),
/// on log_rho (B, B) with u in rows, v in columns and true pairs on the diagonal:
///   -1/B sum_i [ lambda_u/2 (log_rho_ii - log mean_j exp log_rho_ji)     u|v: over rows, column i
///              + lambda_v/2 (log_rho_ii - log mean_j exp log_rho_ij) ]   v|u: over columns, row i
/// Means, not sums, normalise: (1, 1) is CLIP's cross-entropy minus log B (Theorem 2.8), 0 for a
/// constant log_rho. lambda_u trains "which flow belongs to this trajectory". A scalar.
torch::Tensor conditional_loss(const torch::Tensor& log_rho, double lambda_u, double lambda_v);

}  // namespace lagoon::contrastive
