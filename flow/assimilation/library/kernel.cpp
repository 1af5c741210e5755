// Compiled once per instruction set with LAGOON_ISA = base, avx2 or avx512 (flow/CMakeLists.txt).
// No std container, no function that another object file shares: see flow/kernels/pack.hpp.
#include "flow/assimilation/library/kernel.hpp"

#include "flow/kernels/pack.hpp"

namespace lagoon::flow::library::LAGOON_ISA {
namespace {

// Rows of a block whose sums stay in registers, beside a row of members.
#if defined(__AVX512F__)
constexpr int kVectorLanes = 16, kRows = 6, kWide = 2;
#elif defined(__AVX2__)
constexpr int kVectorLanes = 8, kRows = 4, kWide = 1;
#else
constexpr int kVectorLanes = 4, kRows = 2, kWide = 1;
#endif
constexpr int kParts = kWide * kLanes / kVectorLanes;
static_assert(kQueryBlock % kRows == 0 && kPanels % kWide == 0);

using Vector [[gnu::vector_size(4 * kVectorLanes)]] = float;

struct Block {
  Vector sums[kRows][kParts] = {};
};

/// Part p of the members' coordinate c, kWide panels side by side.
[[gnu::always_inline]] inline Vector member_part(const float* members, int c, int p) {
  constexpr int kPartsOfPanel = kLanes / kVectorLanes;
  Vector result;
  __builtin_memcpy(
      &result,
      members + p / kPartsOfPanel * kChain * kLanes + c * kLanes + p % kPartsOfPanel * kVectorLanes,
      sizeof result);
  return result;
}

template <bool kHasGaps>
[[gnu::always_inline]] inline void add_chain(const float* members, const float* queries,
                                             const float* seen, Block& block) {
  for (int c = 0; c < kChain; ++c) {
    Vector member[kParts];
#pragma GCC unroll 4
    for (int p = 0; p < kParts; ++p) member[p] = member_part(members, c, p);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const Vector query = queries[r * kChain + c] - Vector{};
#pragma GCC unroll 4
      for (int p = 0; p < kParts; ++p) {
        const Vector there = kHasGaps ? seen[r * kChain + c] * member[p] : member[p];
        const Vector apart = query - there;
        block.sums[r][p] += apart * apart;
      }
    }
  }
}

[[gnu::always_inline]] inline void deliver(const Block& block, double* sums) {
  for (int r = 0; r < kRows; ++r) {
    float of_row[kWide * kLanes];
    __builtin_memcpy(of_row, block.sums[r], sizeof of_row);
    for (int i = 0; i < kWide * kLanes; ++i) {
      sums[r * kTileMembers + i] += static_cast<double>(of_row[i]);
    }
  }
}

template <bool kHasGaps>
void add_all(const Tile& tile) {
  for (int row = 0; row < tile.n_queries; row += kRows) {
    const float* const queries = tile.queries + row * kChain;
    const float* const seen = kHasGaps ? tile.seen + row * kChain : nullptr;
    for (int panel = 0; panel < kPanels; panel += kWide) {
      Block block;
      add_chain<kHasGaps>(tile.members + panel * kChain * kLanes, queries, seen, block);
      deliver(block, tile.sums + row * kTileMembers + panel * kLanes);
    }
  }
}

void add_squared_distances(const Tile& tile) {
  if (tile.seen == nullptr) {
    add_all<false>(tile);
  } else {
    add_all<true>(tile);
  }
}

}  // namespace

extern const Kernel kKernel;
const Kernel kKernel = {flow::LAGOON_ISA::kSetName, add_squared_distances};

}  // namespace lagoon::flow::library::LAGOON_ISA
