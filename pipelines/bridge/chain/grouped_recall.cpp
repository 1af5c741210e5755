#include "pipelines/bridge/chain/grouped_recall.hpp"

#include <algorithm>
#include <utility>

#include "contrastive/bridging/grid_ranks.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::Embeddings;
using contrastive::ScoreGrid;

Embeddings rows_of(const Embeddings& all, std::int64_t first, std::int64_t count) {
  const auto* begin = all.values.data() + first * all.dim;
  return {count, all.dim, {begin, begin + count * all.dim}};
}

ScoreGrid less(ScoreGrid grid, const std::vector<double>& offsets, std::int64_t first) {
  if (offsets.empty()) return grid;
  for (std::size_t i = 0; i < grid.values.size(); ++i) {
    const auto col = static_cast<std::int64_t>(i) % grid.cols;
    grid.values[i] -= offsets[static_cast<std::size_t>(first + col)];
  }
  return grid;
}

}  // namespace

double grouped_recall(const Groups& groups, const GroupScores& scores) {
  double sum = 0;
  for (std::int64_t g = 0; g < groups.count; ++g) {
    sum += contrastive::recall_at_k(contrastive::diagonal_ranks(scores(g * groups.size)), 1);
  }
  return sum / static_cast<double>(groups.count);
}

double direct_recall(const Groups& groups, const Embeddings& a, const Embeddings& c,
                     const contrastive::Link& link) {
  return grouped_recall(groups, [&](std::int64_t first) {
    return contrastive::direct_scores(rows_of(a, first, groups.size),
                                      rows_of(c, first, groups.size), link);
  });
}

std::map<std::int64_t, double> monte_carlo_recall(const Groups& groups, const BridgedRows& rows,
                                                  const std::vector<std::int64_t>& pool_sizes,
                                                  const GridVisit& visit) {
  std::map<std::int64_t, double> recalls;
  for (std::int64_t g = 0; g < groups.count; ++g) {
    const Embeddings a = rows_of(rows.a, g * groups.size, groups.size);
    const Embeddings c = rows_of(rows.c, g * groups.size, groups.size);
    contrastive::MonteCarloSum sum(a, rows.ab, c, rows.bc);
    for (const std::int64_t m : pool_sizes) {
      sum.add(rows.b, rows.b_prime, sum.samples(), m - sum.samples());
      auto scores = sum.scores();
      visit(m, g * groups.size, scores);
      const auto grid = less(std::move(scores), rows.less, g * groups.size);
      recalls[m] += contrastive::recall_at_k(contrastive::diagonal_ranks(grid), 1) /
                    static_cast<double>(groups.count);
    }
  }
  return recalls;
}

}  // namespace lagoon::pipelines
