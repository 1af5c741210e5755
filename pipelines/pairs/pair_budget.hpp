#pragma once

#include <cstdint>

namespace lagoon::pipelines {

/// Sizes of the perceptrons of a pair of modalities, and their training.
struct PairBudget {
  int embedding_dim = 64;
  int width = 256;  ///< of the hidden layers
  int depth = 2;
  std::int64_t epochs = 12;
  int batch_size = 512;
  double learning_rate = 3e-3;  ///< the highest
};

}  // namespace lagoon::pipelines
