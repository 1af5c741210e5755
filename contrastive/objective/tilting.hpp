#pragma once

#include <torch/types.h>

namespace lagoon::contrastive {

/// Rows divided by their Euclidean length; a zero row stays finite.
torch::Tensor unit_rows(const torch::Tensor& z);

/// The cosine tilting: log_rho_ij = <z_u_i/|z_u_i|, z_v_j/|z_v_j|> / temperature, a (B_u, B_v)
/// matrix up to a constant ([BST] (9)). Row i is an Eulerian sample u, column j a Lagrangian
/// sample v, everywhere in this folder.
torch::Tensor cosine_log_rho(const torch::Tensor& z_u, const torch::Tensor& z_v,
                             const torch::Tensor& inverse_temperature);

}  // namespace lagoon::contrastive
