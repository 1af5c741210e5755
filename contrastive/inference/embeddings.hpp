#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lagoon::contrastive {

/// n embeddings, row-major, such that <row of u, row of v> / temperature is log_rho, whatever the
/// tilting: of unit length for the cosine, with two more coordinates for the quadratic one.
struct Embeddings {
  std::int64_t n = 0;
  std::int64_t dim = 0;
  std::vector<float> values;  ///< (n, E)

  /// Embedding i.
  std::span<const float> row(std::int64_t i) const {
    return {values.data() + i * dim, static_cast<std::size_t>(dim)};
  }
};

/// Throws Error unless every number is finite; `whose` names them.
void require_finite(const Embeddings& embeddings, const char* whose);

/// <a, b> summed in order in double precision, where products of floats are exact: the score that
/// ranks, ties and posteriors are about, whatever tiles a faster product was taken in.
inline double inner_product(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

}  // namespace lagoon::contrastive
