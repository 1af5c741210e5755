#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "contrastive/bridging/critic.hpp"

namespace lagoon::contrastive::tests {

/// log sum exp, term by term.
inline double plain_log_sum(const std::vector<double>& logs) {
  const double largest = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (const double x : logs) sum += std::exp(x - largest);
  return largest + std::log(sum);
}

/// Logarithms of the terms whose mean one cell of a Monte-Carlo grid is.
inline std::vector<double> plain_terms(std::span<const float> a, const Embeddings& b,
                                       const Link& ab, const Embeddings& b_prime,
                                       std::span<const float> c, const Link& bc) {
  std::vector<double> logs;
  for (std::int64_t m = 0; m < b.n; ++m) {
    logs.push_back(link_score(ab, a, b.row(m)) + link_score(bc, b_prime.row(m), c));
  }
  return logs;
}

/// The Monte-Carlo scores cell by cell.
inline ScoreGrid plain_monte_carlo(const Embeddings& a, const Embeddings& b, const Link& ab,
                                   const Embeddings& b_prime, const Embeddings& c, const Link& bc) {
  ScoreGrid grid{a.n, c.n, {}};
  const double log_m = std::log(static_cast<double>(b.n));
  for (std::int64_t i = 0; i < a.n; ++i) {
    for (std::int64_t j = 0; j < c.n; ++j) {
      grid.values.push_back(plain_log_sum(plain_terms(a.row(i), b, ab, b_prime, c.row(j), bc)) -
                            log_m);
    }
  }
  return grid;
}

/// Largest difference over max(1, |value|).
inline double largest_difference(const ScoreGrid& x, const ScoreGrid& y) {
  if (x.rows != y.rows || x.cols != y.cols) return std::numeric_limits<double>::infinity();
  double largest = 0;
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    const double difference =
        std::abs(x.values[i] - y.values[i]) / std::max(1.0, std::abs(y.values[i]));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

}  // namespace lagoon::contrastive::tests
