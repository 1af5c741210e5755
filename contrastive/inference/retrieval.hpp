#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "contrastive/embeddings.hpp"

namespace lagoon::contrastive {

/// Ranks of each query's true partner in a library, by inner product, ties in expectation.
struct Ranks {
  std::vector<std::int64_t> better;  ///< (query) library rows that score above the truth
  std::vector<std::int64_t> tied;    ///< (query) other rows that score exactly as the truth
};

/// Query i's partner is library row truth[i]. Tiles of the score matrix; never all of it. Throws
/// Error unless partners are one a query and in the library, for dimensions that differ, and for
/// embeddings that are not finite.
Ranks rank_partners(const Embeddings& queries, const Embeddings& library,
                    const std::vector<std::int64_t>& truth);

/// Expected share of queries whose partner is among the k best: the mean of
/// clamp((k - better) / (tied + 1), 0, 1). Throws Error if there is no query.
double recall_at_k(const Ranks& ranks, int k);

/// Mid-rank of a query's partner: 1 + better + tied / 2.
double mid_rank(const Ranks& ranks, std::size_t query);

/// Median over queries of the mid-rank. Throws Error if there is none.
double median_rank(const Ranks& ranks);

/// Retrieval one way.
struct DirectionScores {
  std::map<int, double> recall;  ///< k -> recall@k for k = 1, 5, 10
  double median_rank = 0;
};

/// Retrieval both ways.
struct RetrievalScores {
  std::int64_t library_size = 0;
  DirectionScores lagrangian_to_eulerian;
  DirectionScores eulerian_to_lagrangian;
};

/// The recalls and the median of these ranks. Throws Error if there is no query.
DirectionScores direction_scores(const Ranks& ranks);

/// Both directions; row i of one is the partner of row i of the other. Throws Error unless there
/// are as many of both, one at least, and for what rank_partners() refuses.
RetrievalScores score_retrieval(const Embeddings& eulerian, const Embeddings& lagrangian);

/// The exact k best rows of the library for each query, best first; equal scores by row.
struct TopK {
  std::int64_t k = 0;
  std::vector<std::int64_t> rows;  ///< (query, k)
  std::vector<float> scores;       ///< (query, k) inner products
};

/// Throws Error for k below 1 or above the library's size, for dimensions that differ, and for
/// embeddings that are not finite.
TopK search_top_k(const Embeddings& queries, const Embeddings& library, std::int64_t k);

}  // namespace lagoon::contrastive
