#pragma once

#include <cstdint>
#include <vector>

#include "contrastive/embeddings.hpp"

namespace lagoon::pipelines {

/// What the learned conditional says of every query, without keeping its weights.
struct PosteriorScan {
  std::vector<double> effective_sample_size;  ///< (query) 1 / sum w^2 (Kish)
  std::vector<double> truth_weight;           ///< (query) weight on the true partner
  std::vector<double> top_weight;             ///< (query) the largest weight
};

/// Weights softmax(score / temperature) of each query over the library ([BST] section 4), in tiles
/// of queries; query i's partner is library row truth[i].
PosteriorScan scan_posteriors(const contrastive::Embeddings& queries,
                              const contrastive::Embeddings& library,
                              const std::vector<std::int64_t>& truth, double temperature,
                              int threads);

}  // namespace lagoon::pipelines
