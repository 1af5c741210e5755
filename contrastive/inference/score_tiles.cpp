#include "contrastive/inference/score_tiles.hpp"

#include <algorithm>
#include <cmath>

#include <torch/types.h>

#include "contrastive/threads.hpp"
#include "contrastive/torch_errors.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

constexpr std::int64_t kQueryTile = 128;
constexpr std::int64_t kLibraryTile = 4096;

/// Rows [first, first + count) as a tensor that shares their memory.
torch::Tensor rows_of(const Embeddings& embeddings, std::int64_t first, std::int64_t count) {
  // from_blob takes a pointer to non-const; the tensor is only read.
  auto* data = const_cast<float*>(embeddings.values.data() + first * embeddings.dim);
  return torch::from_blob(data, {count, embeddings.dim}, at::kFloat);
}

using Visit = std::function<void(std::int64_t, std::int64_t, std::span<const float>)>;

/// One tile of queries against the whole library, on one thread.
void visit_queries(const Embeddings& queries, const Embeddings& library, std::int64_t first_query,
                   const Visit& visit) {
  const torch::NoGradGuard no_grad;
  const std::int64_t n_queries = std::min(kQueryTile, queries.n - first_query);
  const torch::Tensor tile_queries = rows_of(queries, first_query, n_queries);
  for (std::int64_t first = 0; first < library.n; first += kLibraryTile) {
    const std::int64_t n_rows = std::min(kLibraryTile, library.n - first);
    const torch::Tensor scores = at::mm(tile_queries, rows_of(library, first, n_rows).t());
    const auto* values = scores.data_ptr<float>();
    for (std::int64_t i = 0; i < n_queries; ++i) {
      visit(first_query + i, first, {values + i * n_rows, static_cast<std::size_t>(n_rows)});
    }
  }
}

double length(std::span<const float> row) {
  return std::sqrt(inner_product(row, row));
}

}  // namespace

void for_each_score_tile(
    const Embeddings& queries, const Embeddings& library,
    const std::function<void(std::int64_t, std::int64_t, std::span<const float>)>& visit) {
  require(queries.dim == library.dim, "the queries have dimension " + std::to_string(queries.dim) +
                                          ", the library " + std::to_string(library.dim) +
                                          ": embed both with the same encoders");
  const std::int64_t n_tiles = (queries.n + kQueryTile - 1) / kQueryTile;
  with_torch_errors([&] {
    run_tasks(static_cast<std::size_t>(n_tiles), [&](std::size_t tile) {
      visit_queries(queries, library, static_cast<std::int64_t>(tile) * kQueryTile, visit);
    });
  });
}

std::vector<double> score_errors(const Embeddings& queries, const Embeddings& library) {
  double longest = 0;
  for (std::int64_t i = 0; i < library.n; ++i) longest = std::max(longest, length(library.row(i)));
  std::vector<double> errors(queries.n);
  const double relative = std::ldexp(static_cast<double>(queries.dim + 2), -24);
  for (std::int64_t i = 0; i < queries.n; ++i) {
    errors[i] = relative * length(queries.row(i)) * longest;
  }
  return errors;
}

}  // namespace lagoon::contrastive
