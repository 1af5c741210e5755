#include "flow/assimilation/observed/spatial_blocks.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

#include "flow/error.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {
namespace {

/// A random order of n things.
std::vector<std::size_t> shuffled(std::size_t n, std::uint64_t seed) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {},
                    [&](std::size_t i) { return uniform(seed, Purpose::query_choice, i, 0); });
  return order;
}

}  // namespace

SpatialBlocks deal_blocks(const std::vector<double>& x, const std::vector<double>& y, double side,
                          int n_folds, std::uint64_t seed) {
  require(side > 0, "the side of a block is " + std::to_string(side) + ": give one above 0");
  require(!x.empty(), "no samples to hold out");
  const double left = *std::ranges::min_element(x);
  const double low = *std::ranges::min_element(y);
  std::map<std::pair<int, int>, std::size_t> known;
  SpatialBlocks blocks;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::pair cell(static_cast<int>(std::floor((x[i] - left) / side)),
                         static_cast<int>(std::floor((y[i] - low) / side)));
    blocks.block.push_back(known.try_emplace(cell, known.size()).first->second);
  }
  require(n_folds >= 2 && known.size() >= static_cast<std::size_t>(n_folds),
          std::to_string(known.size()) + " blocks hold samples, for " + std::to_string(n_folds) +
              " folds: give smaller blocks, or fewer folds (2 at least)");
  blocks.fold.resize(known.size());
  int fold = 0;
  for (const std::size_t b : shuffled(known.size(), seed)) blocks.fold[b] = fold++ % n_folds;
  return blocks;
}

}  // namespace lagoon::flow
