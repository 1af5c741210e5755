#pragma once

#include <cstdint>
#include <vector>

#include "contrastive/inference/retrieval.hpp"

namespace lagoon::pipelines {

/// Sizes at which recall is shown: 16, 64, 256, ... and the whole library.
std::vector<std::int64_t> library_sizes(std::int64_t library_size);

/// Recall@k that these queries would have in a library of `size` rows: the truth and size - 1 of
/// the other library_size - 1, in expectation over all such choices. A choice keeps fewer than k of
/// the b rows that beat the truth with the probability of the hypergeometric distribution, so
/// nothing is drawn and the curve has no noise of its own. Ties as in recall_at_k.
/// 1 <= size <= library_size.
double expected_recall(const contrastive::Ranks& ranks, int k, std::int64_t library_size,
                       std::int64_t size);

}  // namespace lagoon::pipelines
