#pragma once

#include <cstdint>

#include "contrastive/diagnostics/rows.hpp"

namespace lagoon::contrastive {

/// How many rows the test takes, and how it simulates.
struct CosineTestOptions {
  std::int64_t rows = 256;  ///< at most, evenly spread over all
  int simulations = 199;
  std::uint64_t seed = 0;
  int threads = 0;
};

/// Kolmogorov-Smirnov distance of the cosines of all pairs of rows from the law of uniform
/// directions, (1 + cos) / 2 ~ Beta((d - 1) / 2, (d - 1) / 2).
struct CosineTest {
  double distance = 0;
  double p_value = 1;     ///< (1 + simulations as far or farther) / (1 + simulations)
  double null_99 = 0;     ///< the distance that 1 uniform set in 100 exceeds, of the simulations
  std::int64_t rows = 0;  ///< that took part
};

/// The pairs share rows, so the distance is compared with those of simulated sets of as many
/// uniform directions: p-values are uniform under the null whatever the dependence. Rows' lengths
/// do not matter. Throws Error for fewer than 3 rows or 2 coordinates.
CosineTest test_cosines(const Embeddings& embeddings, const CosineTestOptions& options = {});

/// What a picture of the test shows: the share of pairs per bin, and the share that the law gives.
struct CosineHistogram {
  std::vector<double> left;  ///< (bin) left edge of the cosine
  std::vector<double> share;
  std::vector<double> expected;
  double width = 0;
};

/// Cosines of all pairs of at most `rows` rows, in equal bins from the least to the greatest that
/// holds a pair or more than a thousandth of the law's. Throws Error for fewer than 2 rows.
CosineHistogram cosine_histogram(const Embeddings& embeddings, std::int64_t rows, int bins);

}  // namespace lagoon::contrastive
