#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "contrastive/objective/streaming/kernel.hpp"

namespace lagoon::contrastive::streaming {

/// n rounded up to whole tiles.
constexpr std::int64_t whole_tiles(std::int64_t n) {
  return simd::rounded_up(n, kTile);
}

/// Row-major (n, dims) numbers.
struct Matrix {
  const float* values = nullptr;
  std::int64_t n = 0;
  std::int64_t dims = 0;
};

/// A matrix copied into the orders in which kernels read it, with zeros up to whole tiles of rows
/// and whole lanes of dims. Rows that a power of two lies between would all meet in the same few
/// places of the first cache; here they follow one another.
class Panels {
 public:
  /// Which of the two orders are wanted.
  struct Orders {
    bool by_rows = false;
    bool by_dims = false;
  };

  /// Copies the matrix.
  Panels(const Matrix& matrix, Orders orders);

  std::int64_t n_tiles() const { return n_tiles_; }
  int n_dims() const { return n_dims_; }

  /// Rows in use of a tile, at most kTile.
  int n_rows(std::int64_t tile) const;

  /// (dims / 16, kTile, 16) of a tile.
  const float* by_rows(std::int64_t tile) const { return &by_rows_[tile * kTile * n_dims_]; }

  /// (kTile / 16, dims, 16) of a tile.
  const float* by_dims(std::int64_t tile) const { return &by_dims_[tile * kTile * n_dims_]; }

 private:
  struct Free {
    void operator()(float* numbers) const;
  };
  using Numbers = std::unique_ptr<float[], Free>;

  Numbers allocate() const;
  void fill_by_rows(const Matrix& matrix, std::int64_t tile);
  void fill_by_dims(const Matrix& matrix, std::int64_t tile);

  std::int64_t n_, n_tiles_;
  int n_dims_;
  Numbers by_rows_, by_dims_;
};

}  // namespace lagoon::contrastive::streaming
