#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

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

/// As Embeddings lie in memory.
using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// (n, E), without a copy; lives as long as the embeddings.
inline Eigen::Map<const RowMatrix> as_matrix(const Embeddings& embeddings) {
  return {embeddings.values.data(), embeddings.n, embeddings.dim};
}

/// Adds the rows of `more` behind; of an empty `all` they are the first, of whatever dimension.
inline void append(Embeddings& all, const Embeddings& more) {
  all.n += more.n;
  all.dim = more.dim;
  all.values.insert(all.values.end(), more.values.begin(), more.values.end());
}

/// A copy of rows [first, first + count).
inline Embeddings stretch(const Embeddings& all, std::int64_t first, std::int64_t count) {
  const auto* begin = all.values.data() + first * all.dim;
  return {count, all.dim, {begin, begin + count * all.dim}};
}

/// A copy of the rows at some places, in the order of the places.
inline Embeddings rows_at(const Embeddings& all, std::span<const std::int64_t> places) {
  Embeddings rows{static_cast<std::int64_t>(places.size()), all.dim, {}};
  rows.values.reserve(places.size() * static_cast<std::size_t>(all.dim));
  for (const std::int64_t place : places) {
    const auto row = all.row(place);
    rows.values.insert(rows.values.end(), row.begin(), row.end());
  }
  return rows;
}

}  // namespace lagoon::contrastive
