#include "contrastive/inference/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "contrastive/inference/posterior.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

void require_weights(std::span<const double> weights) {
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] >= 0) || !std::isfinite(weights[i]))
      throw Error("weight " + std::to_string(i) + " is " + std::to_string(weights[i]) +
                  ": weights must be finite, not negative");
    sum += weights[i];
  }
  require(sum > 0 && std::isfinite(sum), "the weights sum to " + std::to_string(sum) +
                                             ": give at least one above 0, none near overflow");
}

/// Sums of the weights up to and with each row. Rows of weight zero repeat the sum before them.
std::vector<double> cumulative(std::span<const double> weights) {
  std::vector<double> sums(weights.size());
  std::partial_sum(weights.begin(), weights.end(), sums.begin());
  return sums;
}

/// The row at share `place` in (0, 1) of the summed weights: the first whose sum lies above.
std::int64_t row_at(const std::vector<double>& sums, double place) {
  auto row = std::upper_bound(sums.begin(), sums.end(), place * sums.back());
  // Rounding can carry the last place to the whole sum, which the last row with weight reaches.
  if (row == sums.end()) row = std::lower_bound(sums.begin(), sums.end(), sums.back());
  return row - sums.begin();
}

}  // namespace

std::vector<std::int64_t> draw_rows(std::span<const double> weights, std::int64_t count,
                                    const flow::DrawKey& key) {
  require(count >= 0 && count <= std::numeric_limits<std::uint32_t>::max(),
          std::to_string(count) + " rows asked for: give 0 to 4294967295");
  require_weights(weights);
  const std::vector<double> sums = cumulative(weights);
  std::vector<std::int64_t> rows;
  rows.reserve(count);
  for (std::int64_t i = 0; i < count; ++i) {
    rows.push_back(row_at(sums, flow::uniform(key, static_cast<std::uint32_t>(i))));
  }
  return rows;
}

double effective_sample_size(std::span<const double> weights) {
  require_weights(weights);
  // In units of the largest weight no square under- or overflows that counts.
  const double largest = *std::max_element(weights.begin(), weights.end());
  double sum = 0, squares = 0;
  for (const double weight : weights) {
    sum += weight / largest;
    squares += (weight / largest) * (weight / largest);
  }
  return sum * sum / squares;
}

std::int64_t count_unique(std::span<const std::int64_t> rows) {
  std::vector<std::int64_t> ordered(rows.begin(), rows.end());
  std::sort(ordered.begin(), ordered.end());
  return std::unique(ordered.begin(), ordered.end()) - ordered.begin();
}

double expected_unique(std::span<const double> weights, std::int64_t count) {
  require_weights(weights);
  if (count == 0) return 0;
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  double expected = 0;
  for (const double weight : weights)
    expected -= std::expm1(static_cast<double>(count) * std::log1p(-std::min(weight / sum, 1.0)));
  return expected;
}

ConditionalSample sample_conditional(std::span<const float> query, const Embeddings& library,
                                     double temperature, std::int64_t count,
                                     const flow::DrawKey& key) {
  const Posterior conditional = posterior(query, library, temperature);
  ConditionalSample sample;
  sample.rows = draw_rows(conditional.weights, count, key);
  sample.effective_sample_size = conditional.effective_sample_size;
  sample.unique = count_unique(sample.rows);
  sample.expected_unique = expected_unique(conditional.weights, count);
  return sample;
}

}  // namespace lagoon::contrastive
