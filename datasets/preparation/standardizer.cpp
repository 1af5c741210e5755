#include "datasets/preparation/standardizer.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

constexpr double kConstantSpread = 1e-12;

// Means are taken of differences to the first row: a constant column gets exactly its constant.
std::vector<double> column_means(std::span<const double> table, std::size_t n_columns) {
  const std::size_t n_rows = table.size() / n_columns;
  std::vector<double> means(n_columns, 0.0);
  for (std::size_t i = 0; i < table.size(); ++i)
    means[i % n_columns] += table[i] - table[i % n_columns];
  for (std::size_t column = 0; column < n_columns; ++column)
    means[column] = table[column] + means[column] / static_cast<double>(n_rows);
  return means;
}

std::vector<double> column_spreads(std::span<const double> table,
                                   const std::vector<double>& means) {
  const std::size_t n_columns = means.size();
  std::vector<double> spreads(n_columns, 0.0);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double departure = table[i] - means[i % n_columns];
    spreads[i % n_columns] += departure * departure;
  }
  const std::size_t n_rows = table.size() / n_columns;
  for (double& spread : spreads) spread = std::sqrt(spread / static_cast<double>(n_rows));
  return spreads;
}

}  // namespace

Standardizer Standardizer::fit(std::span<const double> table, std::size_t n_columns) {
  if (n_columns == 0 || table.empty() || table.size() % n_columns != 0)
    throw Error("a standardizer needs at least one whole row: " + std::to_string(table.size()) +
                " values in rows of " + std::to_string(n_columns) + " were given");
  Standardizer result;
  result.n_input_columns_ = n_columns;
  const std::vector<double> means = column_means(table, n_columns);
  const std::vector<double> spreads = column_spreads(table, means);
  const double largest = std::ranges::max(spreads);
  for (std::size_t column = 0; column < n_columns; ++column) {
    if (spreads[column] <= kConstantSpread * largest) continue;
    result.columns_.push_back(column);
    result.mean_.push_back(means[column]);
    result.std_.push_back(spreads[column]);
  }
  return result;
}

std::vector<double> Standardizer::apply(std::span<const double> table) const {
  assert(table.size() % n_input_columns_ == 0);
  std::vector<double> standardized;
  standardized.reserve(table.size() / n_input_columns_ * columns_.size());
  for (std::size_t row = 0; row < table.size(); row += n_input_columns_)
    for (std::size_t j = 0; j < columns_.size(); ++j)
      standardized.push_back((table[row + columns_[j]] - mean_[j]) / std_[j]);
  return standardized;
}

}  // namespace lagoon::datasets
