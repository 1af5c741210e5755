#pragma once

#include <cstdint>

#include "contrastive/embeddings.hpp"

namespace lagoon::tests {

/// n standard normal rows; a function of the seed.
contrastive::Embeddings normal_cloud(std::int64_t n, std::int64_t dim, std::uint64_t seed);

/// n directions with density proportional to exp(k <x, e_1>) on S^{d-1} (von Mises and Fisher), by
/// Ulrich's and Wood's rejection.
contrastive::Embeddings von_mises_fisher(std::int64_t n, std::int64_t dim, double k,
                                         std::uint64_t seed);

}  // namespace lagoon::tests
