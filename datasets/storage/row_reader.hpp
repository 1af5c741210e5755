#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "datasets/reader.hpp"
#include "datasets/sample_block.hpp"

namespace lagoon::datasets {

/// Reads flows of a dataset in any order, from many threads at once: samples lie in one piece and
/// uncompressed, so a flow is read at its place without the HDF5 library, which serves one thread
/// at a time. psi_hat, x and y only.
class RowReader {
 public:
  /// Of the dataset that `reader` has open, and has checked. Throws Error if a file cannot be
  /// opened, or samples do not lie in one piece.
  explicit RowReader(const Reader& reader);
  RowReader(RowReader&&) noexcept;
  ~RowReader();

  const flow::Law& law() const;

  /// psi_hat, x and y of those flows, in their order. Throws Error for a flow that the reader did
  /// not have, and for values that cannot be.
  SampleBlock read(std::span<const std::int64_t> flows) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lagoon::datasets
