#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lagoon::datasets {

/// Column means and standard deviations of a (rows, columns) table; fitted on training rows only.
/// Constant columns (spread below 1e-12 of the largest) are dropped: they cannot be seen.
class Standardizer {
 public:
  Standardizer() = default;
  /// Of a table of n_columns, row-major.
  static Standardizer fit(std::span<const double> table, std::size_t n_columns);

  /// Kept columns, ascending.
  const std::vector<std::size_t>& columns() const { return columns_; }
  const std::vector<double>& mean() const { return mean_; }  ///< of kept columns
  const std::vector<double>& std() const { return std_; }    ///< of kept columns

  /// (rows, columns of the table) -> (rows, kept), (value - mean) / std.
  std::vector<double> apply(std::span<const double> table) const;

 private:
  std::size_t n_input_columns_ = 0;
  std::vector<std::size_t> columns_;
  std::vector<double> mean_, std_;
};

}  // namespace lagoon::datasets
