#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "contrastive/embeddings.hpp"
#include "flow/random.hpp"

namespace lagoon::contrastive {

/// `count` rows of a library, drawn independently with replacement, with probabilities proportional
/// to `weights` (finite, not negative, positive somewhere; else Error). A row of weight zero is
/// never drawn; the first n of a larger sample are the smaller one. A function of the key alone:
/// Purpose::library_draw, and the query's number as its sample.
std::vector<std::int64_t> draw_rows(std::span<const double> weights, std::int64_t count,
                                    const flow::DrawKey& key);

/// (sum w)^2 / sum w^2 (Kish): from 1 for one row to the number of rows for equal weights.
double effective_sample_size(std::span<const double> weights);

/// Different rows among those drawn.
std::int64_t count_unique(std::span<const std::int64_t> rows);

/// The expectation of count_unique() of `count` draws: sum_i 1 - (1 - p_i)^count.
double expected_unique(std::span<const double> weights, std::int64_t count);

/// A sample of the learned conditional nu(u|v) over a library, [BST] (28), and what it is worth.
struct ConditionalSample {
  std::vector<std::int64_t> rows;    ///< (count)
  double effective_sample_size = 0;  ///< of the whole library's weights
  std::int64_t unique = 0;           ///< different rows among those drawn
  double expected_unique = 0;        ///< its expectation
};

/// Draws from posterior(query, library, temperature): one row of weights is in memory.
ConditionalSample sample_conditional(std::span<const float> query, const Embeddings& library,
                                     double temperature, std::int64_t count,
                                     const flow::DrawKey& key);

}  // namespace lagoon::contrastive
