#pragma once

#include <cstdint>
#include <functional>

#include <torch/types.h>

namespace lagoon::contrastive {

/// Running sums over a pool of bridge samples m, piece by piece, in logarithms:
///   values(i, k) = log sum_m exp(left(i, m) + right(k, m)),
/// and, if asked for, squares(i, k) = log sum_m exp(2 (left(i, m) + right(k, m))).
///
/// A piece is a product of matrices exp(left - its row's maximum) and exp(right - its maximum), in
/// double precision. A cell whose terms all fall below the smallest numbers there is summed anew by
/// log-sum-exp, unless what it holds already is e^40 times all that the piece can add.
/// Bits depend on the pieces, not on the number of threads.
class LogSums {
 public:
  /// Empty sums, -infinity.
  LogSums(std::int64_t n_rows, std::int64_t n_cols, bool with_squares);

  /// left(first, count): (count, m) of those rows, called from several threads; right (n_cols, m).
  void add(const std::function<torch::Tensor(std::int64_t, std::int64_t)>& left,
           const torch::Tensor& right);

  const torch::Tensor& values() const { return values_; }          ///< (n_rows, n_cols)
  const torch::Tensor& squares() const { return squares_; }        ///< the same, or undefined
  const torch::Tensor& row_values() const { return row_values_; }  ///< (n_rows) log sum_m exp left
  const torch::Tensor& col_values() const { return col_values_; }  ///< (n_cols) log sum_m exp right

 private:
  torch::Tensor values_, squares_, row_values_, col_values_;
};

}  // namespace lagoon::contrastive
