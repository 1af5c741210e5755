#include "contrastive/bridging/grid_ranks.hpp"

#include <string>

#include "flow/error.hpp"

namespace lagoon::contrastive {

Ranks diagonal_ranks(const ScoreGrid& grid) {
  require(grid.rows <= grid.cols, "a grid of " + std::to_string(grid.rows) + " rows has only " +
                                      std::to_string(grid.cols) +
                                      " columns: each row needs a partner");
  const auto n = static_cast<std::size_t>(grid.rows);
  Ranks ranks{std::vector<std::int64_t>(n), std::vector<std::int64_t>(n)};
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = grid.row(static_cast<std::int64_t>(i));
    for (std::size_t j = 0; j < row.size(); ++j) {
      ranks.better[i] += row[j] > row[i];
      ranks.tied[i] += j != i && row[j] == row[i];
    }
  }
  return ranks;
}

ScoreGrid transposed(const ScoreGrid& grid) {
  ScoreGrid result{grid.cols, grid.rows, std::vector<double>(grid.values.size())};
  for (std::int64_t i = 0; i < grid.rows; ++i) {
    for (std::int64_t j = 0; j < grid.cols; ++j) {
      result.values[j * grid.rows + i] = grid(i, j);
    }
  }
  return result;
}

}  // namespace lagoon::contrastive
