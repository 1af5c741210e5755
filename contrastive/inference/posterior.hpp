#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "contrastive/inference/embeddings.hpp"

namespace lagoon::contrastive {

/// The learned conditional of one query over a library drawn from the prior ([BST] section 4):
/// weights softmax(score / temperature), summing to one.
struct Posterior {
  std::vector<double> weights;       ///< (library)
  double effective_sample_size = 0;  ///< 1 / sum w^2 (Kish)
};

/// Throws Error if the library is empty or of another dimension.
Posterior posterior(std::span<const float> query, const Embeddings& library, double temperature);

/// Weighted mean and spread (standard deviation) of each column of a (library, columns) table.
struct Moments {
  std::vector<double> mean;
  std::vector<double> spread;
};
Moments weighted_moments(const Posterior& posterior, std::span<const double> table,
                         std::size_t n_columns);

}  // namespace lagoon::contrastive
