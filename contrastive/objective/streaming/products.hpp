#pragma once

#include "contrastive/objective/streaming/kernel.hpp"
#include "contrastive/simd/lanes.hpp"

// Included by kernel.cpp alone, once per instruction set.
namespace lagoon::contrastive::streaming::LAGOON_ISA {

using namespace simd::LAGOON_ISA;

static_assert(kTile % kBlockRows == 0 && kTile % (kBlockPanels * kLanes) == 0);

/// Sums of products of some rows of A with some panels of B, 16 columns each.
template <int kPanels>
struct Block {
  Vector sums[kBlockRows][kPanels * kParts] = {};
};

/// Adds A(r, k) B(k, c), k < n. A(r, k) = a[r * kRow + k * kStep]; B is in panels (k, 16).
template <int kRow, int kStep, int kPanels>
[[gnu::always_inline]] inline void add_products(const float* a, const float* b,
                                                std::ptrdiff_t panel_stride, int n,
                                                Block<kPanels>& block) {
  for (int k = 0; k < n; ++k) {
    Vector right[kPanels * kParts];
    for (int c = 0; c < kPanels * kParts; ++c) {
      right[c] =
          load_vector(b + c / kParts * panel_stride + k * kLanes + c % kParts * kVectorLanes);
    }
#pragma GCC unroll 16
    for (int r = 0; r < kBlockRows; ++r) {
      const Vector left = a[r * kRow + k * kStep] - Vector{};
#pragma GCC unroll 4
      for (int c = 0; c < kPanels * kParts; ++c) {
        block.sums[r][c] = flow::LAGOON_ISA::fmadd(left, right[c], block.sums[r][c]);
      }
    }
  }
}

/// Adds the block to (row, column) numbers, `stride` from row to row, or puts it there.
template <bool kAdds, int kPanels>
[[gnu::always_inline]] inline void deliver(const Block<kPanels>& block, float* to,
                                           std::ptrdiff_t stride) {
#pragma GCC unroll 16
  for (int r = 0; r < kBlockRows; ++r) {
#pragma GCC unroll 4
    for (int c = 0; c < kPanels * kParts; ++c) {
      float* const at = to + r * stride + c * kVectorLanes;
      store_vector(kAdds ? load_vector(at) + block.sums[r][c] : block.sums[r][c], at);
    }
  }
}

/// Dims whose products are summed up in one go: shorter sums round less.
inline constexpr int kChain = 32;

/// Rows first_row + r and 16 kPanels columns of the tile's scores (kTile, kTile).
template <int kPanels>
void score_block(const Tile& tile, int first_row, int first_column, float* scores) {
  float* const to = scores + first_row * kTile + first_column;
  const float* const columns = tile.v_by_dims + first_column * tile.n_dims;
  const std::ptrdiff_t bundle = static_cast<std::ptrdiff_t>(kLanes) * tile.n_dims;
  for (int dim = 0; dim < tile.n_dims; dim += kChain) {
    Block<kPanels> block;
    for (int at = dim; at < dim + kChain && at < tile.n_dims; at += kLanes) {
      add_products<kLanes, 1>(tile.u + at / kLanes * kPanel + first_row * kLanes,
                              columns + at * kLanes, bundle, kLanes, block);
    }
    if (dim == 0) {
      deliver<false>(block, to, kTile);
    } else {
      deliver<true>(block, to, kTile);
    }
  }
}

/// The tile's scores, but for what is excluded.
inline void fill_products(const Tile& tile, float* scores) {
  constexpr int kWide = kBlockPanels * kLanes;
  for (int column = 0; column < tile.n_columns; column += kWide) {
    for (int row = 0; row < tile.n_rows; row += kBlockRows) {
      score_block<kBlockPanels>(tile, row, column, scores);
    }
  }
}

/// Adds A B to (n_rows rounded up to whole blocks, n_dims), A as of add_products, n the length of
/// its sums.
template <int kRow, int kStep>
void add_matrix_product(const float* a, int n_rows, const float* b, int n, int n_dims, float* to) {
  int dim = 0;
  for (; dim + kBlockPanels * kLanes <= n_dims; dim += kBlockPanels * kLanes) {
    for (int row = 0; row < n_rows; row += kBlockRows) {
      Block<kBlockPanels> block;
      add_products<kRow, kStep>(a + row * kRow, b + dim / kLanes * kPanel, kPanel, n, block);
      deliver<true>(block, to + static_cast<std::ptrdiff_t>(row) * n_dims + dim, n_dims);
    }
  }
  if (dim == n_dims) return;
  for (int row = 0; row < n_rows; row += kBlockRows) {  // half a block
    Block<1> block;
    add_products<kRow, kStep>(a + row * kRow, b + dim / kLanes * kPanel, kPanel, n, block);
    deliver<true>(block, to + static_cast<std::ptrdiff_t>(row) * n_dims + dim, n_dims);
  }
}

/// Adds W v and W^T u, W the derivative by the tile's scores (kTile, kTile).
inline void add_gradients(const Tile& tile, const float* w, const Gradients& gradients) {
  if (gradients.u != nullptr) {
    add_matrix_product<kTile, 1>(w, tile.n_rows, tile.v, tile.n_columns, tile.n_dims, gradients.u);
  }
  if (gradients.v != nullptr) {
    add_matrix_product<1, kTile>(w, tile.n_columns, tile.u, tile.n_rows, tile.n_dims, gradients.v);
  }
}

}  // namespace lagoon::contrastive::streaming::LAGOON_ISA
