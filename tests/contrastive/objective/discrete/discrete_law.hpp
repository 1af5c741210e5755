#pragma once

#include <cstdint>

#include "tests/contrastive/objective/cases.hpp"

// Small discrete laws, whose expectations are sums.
namespace lagoon::contrastive::tests {

/// mu (n_u, n_v) on atoms u_i (n_u, 2) and v_j (n_v, 2).
struct DiscreteLaw {
  torch::Tensor mu, u, v;

  torch::Tensor of_u() const { return mu.sum(1, true); }
  torch::Tensor of_v() const { return mu.sum(0, true); }
  torch::Tensor density() const { return mu / (of_u() * of_v()); }
};

inline DiscreteLaw small_law(std::int64_t n_u, std::int64_t n_v, std::uint64_t seed) {
  const torch::Tensor positive = normals({n_u, n_v}, seed).exp();
  return {positive / positive.sum(), normals({n_u, 2}, seed + 1), normals({n_v, 2}, seed + 2)};
}

}  // namespace lagoon::contrastive::tests
