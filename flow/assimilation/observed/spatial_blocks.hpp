#pragma once

#include <cstdint>
#include <vector>

namespace lagoon::flow {

/// Samples in square blocks, and the blocks in folds: what is held out together is whole blocks, so
/// that no sample is told by its neighbour along the same track.
struct SpatialBlocks {
  std::vector<std::size_t> block;  ///< (sample) 0, 1, ... of the blocks that hold any
  std::vector<int> fold;           ///< (block)

  std::size_t size() const { return fold.size(); }
};

/// Blocks of the given side over the samples' extent, dealt to folds in a random order, a function
/// of the seed. Throws Error for a side not above 0 or far below the extent, and for fewer blocks
/// than folds.
SpatialBlocks deal_blocks(const std::vector<double>& x, const std::vector<double>& y, double side,
                          int n_folds, std::uint64_t seed);

}  // namespace lagoon::flow
