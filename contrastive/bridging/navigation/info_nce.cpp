#include "contrastive/bridging/navigation/info_nce.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace lagoon::contrastive::navigation {
namespace {

float square_distance(const float* x, const float* y, int dim) {
  float sum = 0;
  for (int d = 0; d < dim; ++d) sum += (x[d] - y[d]) * (x[d] - y[d]);
  return sum;
}

}  // namespace

double add_info_nce(const EmbeddingTable& anchors, std::int32_t anchor,
                    const EmbeddingTable& candidates, std::span<const std::int32_t> rows, int dim,
                    float scale, float weight) {
  const float* const x = anchors.values + std::ptrdiff_t{anchor} * anchors.stride;
  float* const by_x = anchors.gradients + std::ptrdiff_t{anchor} * anchors.stride;
  thread_local std::vector<float> weights;
  weights.resize(rows.size());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const float* const y = candidates.values + std::ptrdiff_t{rows[k]} * candidates.stride;
    weights[k] = -scale / 2 * square_distance(x, y, dim);
  }
  const float largest = *std::ranges::max_element(weights), first = weights.front();
  float sum = 0;
  for (float& value : weights) sum += value = std::exp(value - largest);
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const std::ptrdiff_t at = std::ptrdiff_t{rows[k]} * candidates.stride;
    const float by_score = weight * scale * (weights[k] / sum - (k == 0 ? 1.0F : 0.0F));
    for (int d = 0; d < dim; ++d) {
      const float by_difference = by_score * (x[d] - candidates.values[at + d]);
      by_x[d] -= by_difference;
      candidates.gradients[at + d] += by_difference;
    }
  }
  return std::log(sum) + largest - first;
}

}  // namespace lagoon::contrastive::navigation
