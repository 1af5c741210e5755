#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "contrastive/simd/kernel_family.hpp"

namespace lagoon::contrastive::streaming {

using simd::kLanes;
using simd::kNothingYet;

/// Rows and columns of a tile: its scores and what they are made of stay in the second cache. The
/// sums over a tile are rounded in an order of its own, so its size is part of the result's bits.
inline constexpr int kTile = 96;

/// A tile of log_rho = u v^T, as what it is made of (panels.hpp). Raw pointers, because kernels are
/// compiled for several instruction sets. Rows are there up to kTile, filled with zeros.
struct Tile {
  const float* u = nullptr;          ///< (dims / 16, kTile, 16)
  const float* v = nullptr;          ///< (dims / 16, kTile, 16); for gradients only
  const float* v_by_dims = nullptr;  ///< (kTile / 16, dims, 16)
  int n_dims = 0;                    ///< a multiple of kLanes
  int n_rows = 0;                    ///< in use, at most kTile
  int n_columns = 0;
  const std::int16_t* excluded = nullptr;  ///< places row * kTile + column that count for nothing
  int n_excluded = 0;
};

/// Numbers from one 16 dims of u or v to the next.
inline constexpr int kPanel = kTile * kLanes;

/// sum_k exp(x_k) of each row (column) so far, as sum * exp(maximum). (kTile); null: not wanted.
struct RunningSums {
  float* maximum = nullptr;  ///< of the x_k; kNothingYet before the first
  double* sum = nullptr;
};

/// Of each row (column): weight * exp(x - maximum) is the derivative by x. (kTile); null: 0.
struct ExpWeights {
  const float* maximum = nullptr;
  const float* weight = nullptr;
};

/// Where the gradients of the factors are added up: (kTile, n_dims) each; null: not wanted.
struct Gradients {
  float* u = nullptr;
  float* v = nullptr;
};

/// The work on one tile, compiled once per instruction set from one source. Every entry sees the
/// same operations in all of them, so all give the same bits. Exponentials are within 2 units of
/// rounding (2.4e-7); those below exp(-87.6) of the largest in their sum are zero, or, where rows
/// and columns share them, below exp(-47).
struct Kernel {
  std::string_view name;
  bool is_fused;  ///< in hardware; otherwise each product and sum is a call of the maths library

  /// Adds exp(log_rho) to the sums of its rows and columns.
  void (*add_exps)(const Tile& tile, const RunningSums& rows, const RunningSums& columns);

  /// Adds W v and W^T u, W = the derivative by log_rho that the weights of rows and columns make.
  void (*add_exp_gradients)(const Tile& tile, const ExpWeights& rows, const ExpWeights& columns,
                            const Gradients& gradients);

  /// The sum of log(1 + exp(log_rho + bias)), relative error of each 4e-7.
  double (*softplus_sum)(const Tile& tile, float bias);

  /// Adds W v and W^T u, W = weight / (1 + exp(-log_rho - bias)), and returns the sum of W /
  /// weight.
  double (*add_softplus_gradients)(const Tile& tile, float bias, float weight,
                                   const Gradients& gradients);
};

LAGOON_DECLARE_KERNELS(Kernel)

}  // namespace lagoon::contrastive::streaming
