#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "flow/assimilation/library/kernel.hpp"
#include "flow/assimilation/tracks.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow::library {

/// Coordinates of one flow, x and then y of (drifter, time), in whole chains.
std::size_t n_coordinates(const Law& law);
std::size_t n_chains(const Law& law);

/// The queries' displacements from their release points, in single precision, as tiles take them.
class PackedQueries {
 public:
  /// Tracks (drifter, time) of the law.
  PackedQueries(const Law& law, std::span<const Tracks> queries);

  /// Rows, with those that fill up the last block.
  std::size_t n_rows() const { return n_rows_; }
  /// Chain c: (row, kChain).
  const float* chain(std::size_t c) const { return values_.data() + c * n_rows_ * kChain; }
  /// Null if nothing is missing.
  const float* seen(std::size_t c) const {
    return seen_.empty() ? nullptr : seen_.data() + c * n_rows_ * kChain;
  }

 private:
  std::size_t n_rows_;
  std::vector<float> values_;  ///< (chain, row, kChain)
  std::vector<float> seen_;    ///< the same, or empty
};

/// The same of a block of at most kTileMembers flows: x, y (flow, drifter, time).
class PackedMembers {
 public:
  /// Empty. The law must outlive it.
  explicit PackedMembers(const Law& law);

  /// Takes the place of what was packed before.
  void pack(std::span<const double> x, std::span<const double> y);
  /// Chain c: (panel, kChain, kLanes).
  const float* chain(std::size_t c) const { return values_.data() + c * kTileMembers * kChain; }

 private:
  const Law& law_;
  std::vector<float> values_;  ///< (chain, panel, kChain, kLanes)
};

}  // namespace lagoon::flow::library
