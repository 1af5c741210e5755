#pragma once

#include "contrastive/bridging/critic.hpp"
#include "contrastive/inference/retrieval.hpp"

namespace lagoon::contrastive {

/// Ranks of column i among all columns of row i, ties in expectation. Throws Error for fewer
/// columns than rows.
Ranks diagonal_ranks(const ScoreGrid& grid);

/// The other way: of row i among all rows of column i.
ScoreGrid transposed(const ScoreGrid& grid);

}  // namespace lagoon::contrastive
