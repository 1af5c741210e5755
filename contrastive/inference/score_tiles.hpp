#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "contrastive/embeddings.hpp"

namespace lagoon::contrastive {

/// Most library rows of one stretch.
inline constexpr std::int64_t kLongestStretch = 4096;

/// Calls visit(query, first, scores) for every query and every stretch of library rows: scores[j]
/// is <query, library row first + j> in single precision, within score_errors() of inner_product().
/// Stretches of one query come in order, on one thread; queries run in parallel. One tile of the
/// score matrix is in memory at a time.
void for_each_score_tile(
    const Embeddings& queries, const Embeddings& library,
    const std::function<void(std::int64_t, std::int64_t, std::span<const float>)>& visit);

/// The same with the library in `parts` stretches that run in parallel too, so that a few queries
/// keep all threads busy: visit(part, query, first, scores); only stretches of one query and part
/// come in order, on one thread.
void for_each_score_tile(const Embeddings& queries, const Embeddings& library, std::int64_t parts,
                         const std::function<void(std::int64_t, std::int64_t, std::int64_t,
                                                  std::span<const float>)>& visit);

/// Parts that give every thread something to do, for so many queries.
std::int64_t parts_for(std::int64_t n_queries);

/// Bound on the rounding of a single-precision inner product of a query with any library row:
/// (E + 2) 2^-24 |query| max |row|, for any order of summation. Throws Error for dimensions that
/// differ, as tiles do.
std::vector<double> score_errors(const Embeddings& queries, const Embeddings& library);

}  // namespace lagoon::contrastive
