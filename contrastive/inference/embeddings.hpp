#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lagoon::contrastive {

/// n embeddings of dimension E, row-major; rows have unit length under the cosine tilting.
struct Embeddings {
  std::int64_t n = 0;
  std::int64_t dim = 0;
  std::vector<float> values;  ///< (n, E)

  std::span<const float> row(std::int64_t i) const {
    return {values.data() + i * dim, static_cast<std::size_t>(dim)};
  }
};

}  // namespace lagoon::contrastive
