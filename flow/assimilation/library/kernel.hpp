#pragma once

#include <string_view>

namespace lagoon::flow::library {

/// Members of a block that are handled together, in one, two or four registers.
inline constexpr int kLanes = 16;
/// Such panels in a tile: its coordinates stay in the first cache.
inline constexpr int kPanels = 6;
inline constexpr int kTileMembers = kPanels * kLanes;

/// Coordinates whose squares are summed up in single precision; sums of these are in double.
inline constexpr int kChain = 64;

/// Queries come in multiples of this.
inline constexpr int kQueryBlock = 12;

/// kChain coordinates of a block of members and of all queries. Raw pointers, because kernels are
/// compiled for several instruction sets.
struct Tile {
  const float* members = nullptr;  ///< (kPanels, kChain, kLanes)
  const float* queries = nullptr;  ///< (n_queries, kChain), 0 where nothing was seen
  const float* seen = nullptr;     ///< (n_queries, kChain) 1 or 0; null: all 1
  int n_queries = 0;               ///< a multiple of kQueryBlock
  double* sums = nullptr;          ///< (n_queries, kTileMembers)
};

/// Compiled once per instruction set from one source: the same operations, none of them fused, so
/// the same bits in all.
struct Kernel {
  std::string_view name;
  /// Adds sum_c (query_c - seen_c member_c)^2 to the sums.
  void (*add_squared_distances)(const Tile& tile);
};

namespace base {
extern const Kernel kKernel;
}
namespace avx2 {
extern const Kernel kKernel;
}
namespace avx512 {
extern const Kernel kKernel;
}

}  // namespace lagoon::flow::library
