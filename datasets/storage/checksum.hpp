#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "flow/hash.hpp"

namespace lagoon::datasets {

/// Extends a block's checksum by `n_flows` more flows, given as stored: for each flow its psi_hat,
/// then its x, then its y. A block begins at 0; how it is cut into calls does not matter.
inline std::uint64_t extend_checksum(std::uint64_t checksum, std::size_t n_flows,
                                     std::span<const std::byte> psi_hat,
                                     std::span<const std::byte> x, std::span<const std::byte> y) {
  const std::size_t n_psi_hat = psi_hat.size() / n_flows;
  const std::size_t n_positions = x.size() / n_flows;
  for (std::size_t i = 0; i < n_flows; ++i) {
    checksum = hash_bytes(psi_hat.subspan(i * n_psi_hat, n_psi_hat), checksum);
    checksum = hash_bytes(x.subspan(i * n_positions, n_positions), checksum);
    checksum = hash_bytes(y.subspan(i * n_positions, n_positions), checksum);
  }
  return checksum;
}

}  // namespace lagoon::datasets
