#include "contrastive/diagnostics/hubness.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

std::vector<std::int64_t> count_occurrences(const Embeddings& queries, const Embeddings& library,
                                            int k) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(library.n), 0);
  std::vector<std::int64_t> order(counts.size());
  for (std::int64_t q = 0; q < queries.n; ++q) {
    const Eigen::VectorXf scores = as_matrix(library) * as_matrix(queries).row(q).transpose();
    std::iota(order.begin(), order.end(), 0);
    std::ranges::nth_element(order, order.begin() + (k - 1), {},
                             [&](std::int64_t row) { return std::pair(-scores[row], row); });
    for (int i = 0; i < k; ++i) ++counts[static_cast<std::size_t>(order[i])];
  }
  return counts;
}

}  // namespace

double skewness_of(const std::vector<std::int64_t>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double second = 0, third = 0;
  for (const std::int64_t value : values) {
    const double departure = static_cast<double>(value) - mean;
    second += departure * departure / n;
    third += departure * departure * departure / n;
  }
  return second > 0 ? third / std::pow(second, 1.5) : 0;
}

Hubness hubness(const Embeddings& queries, const Embeddings& library, int k) {
  require(k >= 1 && k < library.n, "k is " + std::to_string(k) + ": give 1 to " +
                                       std::to_string(library.n - 1) + ", the library less one");
  require(queries.dim == library.dim, "queries and library differ in dimension");
  Hubness result;
  result.k = k;
  result.occurrences = count_occurrences(queries, library, k);
  result.skewness = jackknife(queries, [&](const Embeddings& some) {
    return skewness_of(count_occurrences(some, library, k));
  });
  const auto& counts = result.occurrences;
  result.largest_share =
      static_cast<double>(*std::ranges::max_element(counts)) / static_cast<double>(queries.n);
  result.unanswering_share =
      static_cast<double>(std::ranges::count(counts, 0)) / static_cast<double>(library.n);
  return result;
}

}  // namespace lagoon::contrastive
