#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "flow/kernels/kernel.hpp"
#include "flow/random.hpp"

// The Brownian motion of the drifters: each drifter of each flow has a stream of pairs of normals,
// a function of (flow's key, drifter, number of the draw), so that neither threads, batches and
// instruction sets nor the drifters beside it change a path.
namespace lagoon::flow {

/// Draws of one drifter: their numbers are one word of Philox's counter.
inline constexpr std::uint64_t kMostDraws = std::uint64_t{1} << 32;
/// Drifters of one flow: what brownian_stream() leaves above the purpose.
inline constexpr std::size_t kMostDiffusingDrifters = std::size_t{1} << 24;

/// The key of a drifter's stream: the drifter stands above the eight bits of the purpose, which
/// hold all of Purpose.
inline DrawKey brownian_stream(const DrawKey& flow, std::size_t drifter) {
  const auto purpose = static_cast<std::uint32_t>(flow.purpose);
  const auto above = static_cast<std::uint32_t>(drifter) << 8;
  return {flow.seed, static_cast<Purpose>(purpose | above), flow.sample};
}

/// What random_bits() gives Philox for that stream, apart from the number of the draw: three words
/// of the counter, two of the key.
inline std::array<std::uint64_t, kDrawWords> stream_words(const DrawKey& flow,
                                                          std::size_t drifter) {
  constexpr std::uint64_t kLow = 0xFFFFFFFF;
  const DrawKey key = brownian_stream(flow, drifter);
  return {static_cast<std::uint64_t>(key.purpose), key.sample & kLow, key.sample >> 32,
          key.seed & kLow, key.seed >> 32};
}

}  // namespace lagoon::flow
