#pragma once

#include <cstdint>
#include <vector>

#include "contrastive/diagnostics/rows.hpp"

namespace lagoon::contrastive {

/// Queries of like confidence.
struct ReliabilityBin {
  std::int64_t n = 0;
  double confidence = 0;  ///< mean
  Estimate accuracy;      ///< share of answers that were right
};

/// Do answers given with probability p come true in a share p of cases?
struct Reliability {
  std::vector<ReliabilityBin> bins;  ///< of equal counts, confidence ascending
  double expected_error = 0;         ///< ECE: mean over queries of |accuracy - confidence| of bins
  double if_calibrated = 0;          ///< the mean that chance alone gives, by simulation
  double p_value =
      1;  ///< (1 + simulations of calibrated answers as far or farther) / (1 + simulations)
  Estimate brier;  ///< mean (confidence - right)^2
};

/// `confidence` in [0, 1] of each query's first answer, and whether it was right; ten bins, or
/// fewer where a bin would have less than ten queries. Simulated answers are right with the
/// probability that was said. Throws Error for no query.
Reliability measure_reliability(const std::vector<double>& confidence,
                                const std::vector<bool>& right, int simulations = 199,
                                std::uint64_t seed = 0);

}  // namespace lagoon::contrastive
