#include "contrastive/inference/posterior.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// exp(log_weights - their maximum), summing to one.
std::vector<double> softmax(std::vector<double> log_weights) {
  const double largest = *std::max_element(log_weights.begin(), log_weights.end());
  for (double& value : log_weights) value = std::exp(value - largest);
  const double sum = std::accumulate(log_weights.begin(), log_weights.end(), 0.0);
  for (double& value : log_weights) value /= sum;
  return log_weights;
}

double effective_sample_size(const std::vector<double>& weights) {
  return 1 / std::inner_product(weights.begin(), weights.end(), weights.begin(), 0.0);
}

}  // namespace

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

Moments weighted_moments(const Posterior& posterior, std::span<const double> table,
                         std::size_t n_columns) {
  const std::vector<double>& weights = posterior.weights;
  require(n_columns > 0 && table.size() == weights.size() * n_columns,
          "the table has " + std::to_string(table.size()) + " values, not " +
              std::to_string(weights.size()) + " rows of " + std::to_string(n_columns));
  Moments moments{std::vector<double>(n_columns), std::vector<double>(n_columns)};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    for (std::size_t c = 0; c < n_columns; ++c) {
      moments.mean[c] += weights[i] * table[i * n_columns + c];
    }
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    for (std::size_t c = 0; c < n_columns; ++c) {
      const double departure = table[i * n_columns + c] - moments.mean[c];
      moments.spread[c] += weights[i] * departure * departure;
    }
  }
  for (double& spread : moments.spread) spread = std::sqrt(spread);
  return moments;
}

}  // namespace lagoon::contrastive
