#pragma once

#include "contrastive/diagnostics/rows.hpp"

namespace lagoon::contrastive {

/// How many directions the rows, less their mean, fill; errors by jackknife. n >= 20.
struct EffectiveRank {
  Estimate entropy;        ///< exp(entropy of sigma / sum sigma), sigma singular values (RankMe)
  Estimate participation;  ///< (sum sigma^2)^2 / sum sigma^4: large variances alone count
};
EffectiveRank effective_rank(const Embeddings& embeddings);

}  // namespace lagoon::contrastive
