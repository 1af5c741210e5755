#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "contrastive/bridging/monte_carlo.hpp"

namespace lagoon::pipelines {

/// Recall@1 of the column that belongs to each row among its group's: consecutive groups of
/// `size` held-out pairs, ties in expectation; chance is 1 / size.
struct Groups {
  std::int64_t size = 32;
  std::int64_t count = 31;
  std::int64_t pairs() const { return size * count; }
};

/// Scores of one group, given its first row.
using GroupScores = std::function<contrastive::ScoreGrid(std::int64_t)>;

/// The mean over groups of recall@1, row i of a group being the partner of its column i.
double grouped_recall(const Groups& groups, const GroupScores& scores);

/// Two modalities, their pool and the links, as monte_carlo_scores() takes them.
struct BridgedRows {
  contrastive::Embeddings a, b, b_prime, c;
  contrastive::Link ab, bc;
  std::vector<double> less;  ///< subtracted from each column's scores; empty: nothing
};

/// That of direct scores.
double direct_recall(const Groups& groups, const contrastive::Embeddings& a,
                     const contrastive::Embeddings& c, const contrastive::Link& link);

/// Is shown M, the first row of a group and the group's scores, from which nothing is subtracted.
using GridVisit = std::function<void(std::int64_t, std::int64_t, const contrastive::ScoreGrid&)>;

/// Through the first M samples of the pool, for each M (ascending, within the pool).
std::map<std::int64_t, double> monte_carlo_recall(
    const Groups& groups, const BridgedRows& rows, const std::vector<std::int64_t>& pool_sizes,
    const GridVisit& visit = [](auto, auto, const auto&) {});

}  // namespace lagoon::pipelines
