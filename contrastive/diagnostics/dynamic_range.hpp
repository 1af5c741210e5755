#pragma once

#include "contrastive/diagnostics/rows.hpp"

namespace lagoon::contrastive {

/// Whether a critic's scores can say what retrieval asks of them. A cosine critic of scale s (one
/// over the temperature) has scores in [-s, s]: log-ratios of densities outside it cannot
/// represent.
struct DynamicRange {
  double reach = 0;    ///< 2 s: the greatest difference of two log-ratios; infinity if unbounded
  double ceiling = 0;  ///< s - log E exp(s t): the greatest log-ratio over uniform directions
  double needed = 0;   ///< log(99 (N - 1)): the partner has 99% beside N - 1 others of equal score
  Estimate information;    ///< mean over pairs of score - log mean exp over the library; <= log N
  double log_library = 0;  ///< log N, which the information cannot exceed
  double used = 0;         ///< from the 0.1% to the 99.9% quantile of all scores
  double share_at_ceiling = 0;  ///< of partners, within a tenth of s of the greatest score s

  bool is_enough() const { return reach >= needed; }
};

/// Scores scale * <u_i, v_j>; row i of one is the partner of row i of the other. `bounded`: rows
/// are directions (cosine). Throws Error for fewer than 2 pairs.
DynamicRange measure_dynamic_range(const Embeddings& u, const Embeddings& v, double scale,
                                   bool bounded);

}  // namespace lagoon::contrastive
