#include "contrastive/bridging/decision/score_choices.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "flow/error.hpp"
#include "flow/random.hpp"

namespace lagoon::contrastive {
namespace {

void require_like(const ScoreGrid& one, const ScoreGrid& other) {
  require(one.rows == other.rows && one.cols == other.cols && one.rows > 0,
          "grids of scores differ in shape: they can be compared if rows and columns are the same");
}

/// Of values at `at(i)`, i < n, one i with probability proportional to exp (Gumbel's maximum).
template <typename At>
std::int64_t draw_by_score(std::int64_t n, const flow::DrawKey& key, const At& at) {
  std::int64_t best = 0;
  double highest = -std::numeric_limits<double>::infinity();
  for (std::int64_t i = 0; i < n; ++i) {
    const double uniform = flow::uniform(key, static_cast<std::uint32_t>(i));
    const double value = at(i) - std::log(-std::log(uniform));
    if (value > highest) {
      highest = value;
      best = i;
    }
  }
  return best;
}

double hit(const ScoreGrid& grid, const PseudoPairs& pairs, std::int64_t pair,
           const std::set<std::int64_t>& candidates) {
  const auto scores = grid.row(pairs.rows[pair]);
  const double own = scores[pairs.cols[pair]];
  std::int64_t tied = 0;
  for (const std::int64_t col : candidates) {
    if (scores[col] > own) return 0;
    tied += scores[col] == own;
  }
  return 1 / static_cast<double>(tied);
}

}  // namespace

std::vector<std::int64_t> choices(const ScoreGrid& grid) {
  std::vector<std::int64_t> best;
  for (std::int64_t i = 0; i < grid.rows; ++i) {
    const auto row = grid.row(i);
    best.push_back(std::ranges::max_element(row) - row.begin());
  }
  return best;
}

Estimate agreement(const ScoreGrid& one, const ScoreGrid& other) {
  require_like(one, other);
  const auto of_one = choices(one), of_other = choices(other);
  Eigen::ArrayXd same(one.rows);
  for (std::int64_t i = 0; i < one.rows; ++i) same[i] = of_one[i] == of_other[i];
  return mean_of(same);
}

ScoreGrid log_mean(const ScoreGrid& one, const ScoreGrid& other) {
  require_like(one, other);
  ScoreGrid mean = one;
  for (std::size_t i = 0; i < mean.values.size(); ++i) {
    const double high = std::max(one.values[i], other.values[i]);
    const double low = std::min(one.values[i], other.values[i]);
    mean.values[i] = high + std::log1p(std::exp(low - high)) - std::log(2.0);
  }
  return mean;
}

PseudoPairs draw_pseudo_pairs(const ScoreGrid& from_rows, const ScoreGrid& to_cols,
                              std::uint64_t seed) {
  require(from_rows.cols == to_cols.rows, "the links see different bridge samples");
  PseudoPairs pairs;
  for (std::int64_t m = 0; m < to_cols.rows; ++m) {
    const auto sample = static_cast<std::uint64_t>(m);
    pairs.rows.push_back(draw_by_score(from_rows.rows,
                                       {seed, flow::Purpose::score_draw, 2 * sample},
                                       [&](std::int64_t i) { return from_rows(i, m); }));
    pairs.cols.push_back(draw_by_score(to_cols.cols,
                                       {seed, flow::Purpose::score_draw, 2 * sample + 1},
                                       [&](std::int64_t j) { return to_cols(m, j); }));
  }
  return pairs;
}

Estimate pseudo_recall(const ScoreGrid& grid, const PseudoPairs& pairs, std::int64_t group) {
  const auto n = static_cast<std::int64_t>(pairs.rows.size());
  const std::int64_t size = std::min(group, n), groups = size == 0 ? 0 : n / size;
  require(groups > 0 && size >= 2, "recall needs a group of two pairs or more");
  Eigen::ArrayXd hits(groups * size);
  for (std::int64_t first = 0; first < groups * size; first += size) {
    const auto begin = pairs.cols.begin() + first;
    const std::set<std::int64_t> candidates(begin, begin + size);
    for (std::int64_t p = first; p < first + size; ++p) hits[p] = hit(grid, pairs, p, candidates);
  }
  return mean_of(hits);
}

}  // namespace lagoon::contrastive
