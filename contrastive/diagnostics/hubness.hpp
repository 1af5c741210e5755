#pragma once

#include <cstdint>
#include <vector>

#include "contrastive/diagnostics/rows.hpp"

namespace lagoon::contrastive {

/// How often each library row is among the k best of a query (Radovanovic et al. 2010): hubs are
/// rows that answer everything.
struct Hubness {
  int k = 0;
  std::vector<std::int64_t> occurrences;  ///< (library row)
  Estimate skewness;                      ///< above 1.4 is commonly called high
  double largest_share = 0;               ///< of the queries, that the greatest hub answers
  double unanswering_share = 0;           ///< of the library, among nobody's k best
};

/// By inner product; equal scores by row. The skewness' error is a jackknife's over ten groups of
/// queries. Throws Error unless 1 <= k < library rows and there are 20 queries.
Hubness hubness(const Embeddings& queries, const Embeddings& library, int k);

/// Third standardised moment; 0 for values that are all the same.
double skewness_of(const std::vector<std::int64_t>& values);

}  // namespace lagoon::contrastive
