#include "contrastive/inference/posterior.hpp"

#include <utility>

#include "contrastive/inference/log_weights.hpp"
#include "contrastive/inference/sampling.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {

Posterior posterior(std::span<const float> query, const Embeddings& library, double temperature) {
  require(library.n > 0, "the library is empty: give at least one flow");
  require(static_cast<std::int64_t>(query.size()) == library.dim,
          "the query has dimension " + std::to_string(query.size()) + ", the library " +
              std::to_string(library.dim) + ": embed both with the same encoders");
  require(temperature > 0,
          "temperature is " + std::to_string(temperature) + ": it must be above 0");
  Posterior result;
  result.weights.reserve(library.n);
  for (std::int64_t i = 0; i < library.n; ++i) {
    result.weights.push_back(inner_product(query, library.row(i)) / temperature);
  }
  result.weights = softmax(std::move(result.weights));
  result.effective_sample_size = effective_sample_size(result.weights);
  return result;
}

}  // namespace lagoon::contrastive
