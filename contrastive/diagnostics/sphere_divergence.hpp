#pragma once

#include "contrastive/diagnostics/rows.hpp"

namespace lagoon::contrastive {

/// KL(law of the directions || uniform on S^{d-1}) in nats, by distances to the k-th nearest
/// neighbour (Kozachenko and Leonenko 1987, with caps of the sphere in place of balls):
///   psi(k) - psi(n) - mean log (share of the sphere nearer than the k-th neighbour).
/// Unbiased for the uniform law at any n, d and k; of concentrated laws in many dimensions it finds
/// too little, since neighbours are far. The error takes rows for independent. n > k >= 1; exact
/// copies are refused, as they are infinitely near.
Estimate divergence_from_uniform(const Embeddings& embeddings, int k = 5);

}  // namespace lagoon::contrastive
