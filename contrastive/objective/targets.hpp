#pragma once

#include <cstdint>

#include <torch/types.h>

namespace lagoon::contrastive {

/// Which pairs (row, column) of log_rho are true, and which count for nothing. As default, the
/// diagonal. Each pair is listed once; how often it was seen is its weight. All lie on the device
/// of log_rho.
struct Targets {
  /// (P) int64: the positive pairs, several a row or column allowed; both undefined: the diagonal.
  torch::Tensor rows, columns;
  /// (P), at least 0, of any sum above 0; undefined: equal. They weigh the mean over positive
  /// pairs, not the marginals: every row and every column counts alike in a normaliser.
  torch::Tensor weights;
  /// (X) int64: pairs left out of every normaliser (false negatives); undefined: none. A positive
  /// pair may be left out too: then the rest of its row and column are the negatives.
  torch::Tensor excluded_rows, excluded_columns;

  /// The diagonal of n pairs, as lists.
  static Targets diagonal(std::int64_t n);

  bool is_diagonal() const { return !rows.defined(); }
  bool has_exclusions() const { return excluded_rows.defined(); }

  /// The same pairs for the transposed matrix.
  Targets transposed() const;

  /// Number of positive pairs of a matrix with n_rows rows.
  std::int64_t n_pairs(std::int64_t n_rows) const;
};

/// Throws Error if indices are outside of (n_rows, n_columns) or listed twice, lengths differ,
/// weights are negative or all zero, a diagonal is asked of a matrix that is not square, or
/// exclusions leave a row or a column empty.
void require_valid(const Targets& targets, std::int64_t n_rows, std::int64_t n_columns);

/// Throws Error if a positive pair is among the excluded ones.
void require_positives_not_excluded(const Targets& targets, std::int64_t n_rows,
                                    std::int64_t n_columns);

/// Of each positive pair, the entry of its row (of its column) in a tensor with one a row
/// (column): (P, ...) from (B, ...).
torch::Tensor of_rows(const Targets& targets, const torch::Tensor& per_row);
torch::Tensor of_columns(const Targets& targets, const torch::Tensor& per_column);

/// The mean over the positive pairs of (P) values, by weight. A scalar.
torch::Tensor mean_over_pairs(const Targets& targets, const torch::Tensor& per_pair);

/// How many pairs of each row (n_rows), of each column (n_columns), are not excluded: float64.
torch::Tensor remaining_of_rows(const Targets& targets, std::int64_t n_rows,
                                std::int64_t n_columns);
torch::Tensor remaining_of_columns(const Targets& targets, std::int64_t n_rows,
                                   std::int64_t n_columns);

/// (B_u, B_v) with -infinity at the excluded pairs.
torch::Tensor without_excluded(const Targets& targets, const torch::Tensor& log_rho);

}  // namespace lagoon::contrastive
