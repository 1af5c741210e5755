#pragma once

#include <span>
#include <vector>

#include "contrastive/embeddings.hpp"

namespace lagoon::contrastive {

/// The learned conditional of one query over a library drawn from the prior ([BST] section 4):
/// weights softmax(score / temperature), summing to one.
struct Posterior {
  std::vector<double> weights;       ///< (library)
  double effective_sample_size = 0;  ///< 1 / sum w^2 (Kish)
};

/// Throws Error if the library is empty or of another dimension, if the temperature is not above 0,
/// and if a weight is not finite.
Posterior posterior(std::span<const float> query, const Embeddings& library, double temperature);

}  // namespace lagoon::contrastive
