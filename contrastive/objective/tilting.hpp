#pragma once

#include <string>

#include <torch/types.h>

namespace lagoon::contrastive {

/// What turns embeddings z_u (B_u, E), z_v (B_v, E) into log_rho, the (B_u, B_v) matrix that tilts
/// the product of the marginals, known up to a constant ([BST] (14), (25), (26)). Row i is an
/// Eulerian sample u, column j a Lagrangian sample v, everywhere in this folder.
enum class Tilting {
  cosine,         ///< <z_u/|z_u|, z_v/|z_v|> / temperature
  inner_product,  ///< <z_u, z_v> / temperature
  quadratic       ///< -|z_u - z_v|^2 / (2 temperature)
};

/// Throws Error unless `name` is cosine, inner_product or quadratic.
Tilting parse_tilting(const std::string& name);

/// Every tilting is an inner product of features: log_rho = u v^T.
struct Factors {
  torch::Tensor u;  ///< (B_u, E) or (B_u, E + 2)
  torch::Tensor v;  ///< (B_v, E) or (B_v, E + 2)
};

/// The features, the temperature in u's. The quadratic tilting's are [z_u, -|z_u|^2/2, 1] and
/// [z_v, 1, -|z_v|^2/2], of embeddings from which their common mean is subtracted first: distances
/// do not notice, and what is left to cancel is no larger than the cloud of embeddings itself.
Factors factors(Tilting tilting, const torch::Tensor& z_u, const torch::Tensor& z_v,
                const torch::Tensor& inverse_temperature);

/// The whole matrix, as each definition says it: the oracle, and the plain way. (The quadratic
/// tilting takes differences, not squares of lengths, and loses no digits far from the origin.)
torch::Tensor log_rho(Tilting tilting, const torch::Tensor& z_u, const torch::Tensor& z_v,
                      const torch::Tensor& inverse_temperature);

/// log_rho of row p of one against row p of the other: (P) from (P, E) and (P, E).
torch::Tensor pair_log_rho(Tilting tilting, const torch::Tensor& z_u, const torch::Tensor& z_v,
                           const torch::Tensor& inverse_temperature);

/// Rows divided by their Euclidean length; a zero row stays finite.
torch::Tensor unit_rows(const torch::Tensor& z);

}  // namespace lagoon::contrastive
