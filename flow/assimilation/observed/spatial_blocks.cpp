#include "flow/assimilation/observed/spatial_blocks.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "flow/error.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {
namespace {

/// Which block of that side, counted from `from`.
std::int64_t cell_of(double at, double from, double side) {
  constexpr double kMostCells = 1e9;
  const double cell = std::floor((at - from) / side);
  if (cell < kMostCells) return static_cast<std::int64_t>(cell);
  throw Error("the side of a block is " + std::to_string(side) + " where samples lie " +
              std::to_string(at - from) +
              " apart: give a longer one, that goes into it less than 1e9 times");
}

}  // namespace

SpatialBlocks deal_blocks(const std::vector<double>& x, const std::vector<double>& y, double side,
                          int n_folds, std::uint64_t seed) {
  require(side > 0, "the side of a block is " + std::to_string(side) + ": give one above 0");
  require(!x.empty(), "no samples to hold out");
  const double left = *std::ranges::min_element(x);
  const double low = *std::ranges::min_element(y);
  std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> known;
  SpatialBlocks blocks;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::pair cell(cell_of(x[i], left, side), cell_of(y[i], low, side));
    blocks.block.push_back(known.try_emplace(cell, known.size()).first->second);
  }
  require(n_folds >= 2 && known.size() >= static_cast<std::size_t>(n_folds),
          std::to_string(known.size()) + " blocks hold samples, for " + std::to_string(n_folds) +
              " folds: give smaller blocks, or fewer folds (2 at least)");
  blocks.fold.resize(known.size());
  int fold = 0;
  for (const std::size_t b : random_order(known.size(), seed, Purpose::query_choice)) {
    blocks.fold[b] = fold++ % n_folds;
  }
  return blocks;
}

}  // namespace lagoon::flow
