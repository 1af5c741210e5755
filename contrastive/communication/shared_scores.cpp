#include "contrastive/communication/shared_scores.hpp"

#include <numeric>

namespace lagoon::contrastive {
namespace {

/// A vector as a tensor of `columns` columns; it is not copied, and must outlive it.
template <typename Number>
torch::Tensor view_of(const std::vector<Number>& numbers, std::int64_t columns) {
  const auto n = static_cast<std::int64_t>(numbers.size());
  return at::from_blob(const_cast<Number*>(numbers.data()), {n / columns, columns},
                       c10::CppTypeToScalarType<Number>::value);
}

template <typename Number>
std::vector<Number> numbers_of(const torch::Tensor& tensor) {
  const torch::Tensor contiguous = tensor.contiguous();
  const auto* first = contiguous.data_ptr<Number>();
  return {first, first + contiguous.numel()};
}

/// All rows, of embeddings of which each rank has its share.
Embeddings gather(const Embeddings& own, std::int64_t n, Communicator& ranks) {
  return {n, own.dim, numbers_of<float>(ranks.gather_rows(view_of(own.values, own.dim), n))};
}

DirectionScores score(const Embeddings& own_queries, const Embeddings& library,
                      Communicator& ranks) {
  std::vector<std::int64_t> truth(own_queries.n);
  std::iota(truth.begin(), truth.end(), ranks.first_row(library.n));
  const Ranks own = rank_partners(own_queries, library, truth);
  const torch::Tensor all =
      ranks.gather_rows(at::cat({view_of(own.better, 1), view_of(own.tied, 1)}, 1), library.n);
  return direction_scores(
      {numbers_of<std::int64_t>(all.select(1, 0)), numbers_of<std::int64_t>(all.select(1, 1))});
}

}  // namespace

RetrievalScores shared_scores(const Embedder& embedder, const torch::Tensor& u,
                              const torch::Tensor& v, Communicator& ranks) {
  const std::int64_t n = u.size(0), first = ranks.first_row(n), count = ranks.n_rows(n);
  if (ranks.alone() || n < ranks.size()) return score_retrieval(embedder.u(u), embedder.v(v));
  const Embeddings own_u = embedder.u(u.narrow(0, first, count));
  const Embeddings own_v = embedder.v(v.narrow(0, first, count));
  const Embeddings all_u = gather(own_u, n, ranks), all_v = gather(own_v, n, ranks);
  RetrievalScores scores;
  scores.library_size = n;
  scores.lagrangian_to_eulerian = score(own_v, all_u, ranks);
  scores.eulerian_to_lagrangian = score(own_u, all_v, ranks);
  return scores;
}

}  // namespace lagoon::contrastive
