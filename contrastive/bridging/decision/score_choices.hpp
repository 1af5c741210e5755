#pragma once

#include <cstdint>
#include <vector>

#include "contrastive/bridging/critic.hpp"
#include "contrastive/diagnostics/rows.hpp"

namespace lagoon::contrastive {

/// The best column of each row; of equal scores the first.
std::vector<std::int64_t> choices(const ScoreGrid& grid);

/// Share of rows for which both grids choose the same column. Throws Error for other shapes.
Estimate agreement(const ScoreGrid& one, const ScoreGrid& other);

/// Cell by cell, log of the mean of exp: the Monte-Carlo scores over two pools of equal size
/// together, from those over each.
ScoreGrid log_mean(const ScoreGrid& one, const ScoreGrid& other);

/// Pairs of a row of the grid and a column that belong together.
struct PseudoPairs {
  std::vector<std::int64_t> rows, cols;
};

/// A stand-in for pairs that nobody saw: for each of the bridge samples (columns of the link scores
/// `from_rows` (n_a, samples) and rows of `to_cols` (samples, n_c)) one a is drawn with probability
/// proportional to exp(score), and one c likewise. Scores are as the links are normalised.
PseudoPairs draw_pseudo_pairs(const ScoreGrid& from_rows, const ScoreGrid& to_cols,
                              std::uint64_t seed);

/// Recall@1 of each pair's column among its group's, groups of `group` consecutive pairs (the last
/// may be smaller, and is left out unless alone); ties in expectation. Pairs of the group with the
/// very same column count once.
Estimate pseudo_recall(const ScoreGrid& grid, const PseudoPairs& pairs, std::int64_t group);

}  // namespace lagoon::contrastive
