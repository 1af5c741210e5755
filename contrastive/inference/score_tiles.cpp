#include "contrastive/inference/score_tiles.hpp"

#include <algorithm>
#include <cmath>

#include "contrastive/threads.hpp"
#include "contrastive/torch_embeddings.hpp"
#include "contrastive/torch_errors.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

constexpr std::int64_t kQueryTile = 256;

/// Library rows beside so many queries: their scores stay in the second cache until they were
/// visited.
std::int64_t library_tile(std::int64_t n_queries) {
  constexpr std::int64_t kScores = 1 << 17, kLeast = 512;
  return std::clamp(kScores / n_queries, kLeast, kLongestStretch);
}

void require_one_dimension(const Embeddings& queries, const Embeddings& library) {
  require(queries.dim == library.dim, "the queries have dimension " + std::to_string(queries.dim) +
                                          ", the library " + std::to_string(library.dim) +
                                          ": embed both with the same encoders");
}

using Visit = std::function<void(std::int64_t, std::int64_t, std::int64_t, std::span<const float>)>;

std::int64_t query_tiles(std::int64_t n_queries) {
  return (n_queries + kQueryTile - 1) / kQueryTile;
}

/// One tile of queries against one part of the library, on one thread.
void visit_queries(const Embeddings& queries, const Embeddings& library, std::int64_t first_query,
                   std::int64_t part, std::int64_t parts, const Visit& visit) {
  const torch::NoGradGuard no_grad;
  const std::int64_t n_queries = std::min(kQueryTile, queries.n - first_query);
  const torch::Tensor tile_queries = rows_of(queries, first_query, n_queries);
  const std::int64_t end = (part + 1) * library.n / parts;
  const std::int64_t tile = library_tile(n_queries);
  const torch::Tensor buffer = at::empty({n_queries * tile}, at::kFloat);
  for (std::int64_t first = part * library.n / parts; first < end; first += tile) {
    const std::int64_t n_rows = std::min(tile, end - first);
    torch::Tensor scores = buffer.narrow(0, 0, n_queries * n_rows).view({n_queries, n_rows});
    at::mm_out(scores, tile_queries, rows_of(library, first, n_rows).t());
    const auto* values = scores.data_ptr<float>();
    for (std::int64_t i = 0; i < n_queries; ++i) {
      visit(part, first_query + i, first, {values + i * n_rows, static_cast<std::size_t>(n_rows)});
    }
  }
}

double length(std::span<const float> row) {
  return std::sqrt(inner_product(row, row));
}

/// The longest row; in single precision, and rounded up by what that may lose.
double longest_row(const Embeddings& library) {
  constexpr std::int64_t kRows = 1 << 16;
  if (library.n == 0) return 0;
  const std::int64_t n = (library.n + kRows - 1) / kRows;
  std::vector<double> longest(static_cast<std::size_t>(n));
  run_tasks(longest.size(), [&](std::size_t i) {
    const torch::NoGradGuard no_grad;
    const std::int64_t first = static_cast<std::int64_t>(i) * kRows;
    const torch::Tensor rows = rows_of(library, first, std::min(kRows, library.n - first));
    longest[i] = at::norm(rows, 2, 1).max().item<double>();
  });
  const double lost = std::ldexp(static_cast<double>(library.dim + 2), -24);
  return (1 + lost) * *std::max_element(longest.begin(), longest.end());
}

}  // namespace

void for_each_score_tile(
    const Embeddings& queries, const Embeddings& library,
    const std::function<void(std::int64_t, std::int64_t, std::span<const float>)>& visit) {
  for_each_score_tile(queries, library, 1,
                      [&](std::int64_t, std::int64_t query, std::int64_t first,
                          std::span<const float> scores) { visit(query, first, scores); });
}

std::int64_t parts_for(std::int64_t n_queries) {
  return std::max<std::int64_t>(1, threads() / std::max<std::int64_t>(1, query_tiles(n_queries)));
}

void for_each_score_tile(const Embeddings& queries, const Embeddings& library, std::int64_t parts,
                         const Visit& visit) {
  require_one_dimension(queries, library);
  with_torch_errors([&] {
    run_tasks(static_cast<std::size_t>(query_tiles(queries.n) * parts), [&](std::size_t task) {
      const auto tile = static_cast<std::int64_t>(task) / parts;
      const auto part = static_cast<std::int64_t>(task) % parts;
      visit_queries(queries, library, tile * kQueryTile, part, parts, visit);
    });
  });
}

std::vector<double> score_errors(const Embeddings& queries, const Embeddings& library) {
  require_one_dimension(queries, library);
  const double longest = with_torch_errors([&] { return longest_row(library); });
  std::vector<double> errors(queries.n);
  const double relative = std::ldexp(static_cast<double>(queries.dim + 2), -24);
  for (std::int64_t i = 0; i < queries.n; ++i) {
    errors[i] = relative * length(queries.row(i)) * longest;
  }
  return errors;
}

}  // namespace lagoon::contrastive
