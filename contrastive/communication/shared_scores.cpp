#include "contrastive/communication/shared_scores.hpp"

#include <numeric>

#include <torch/types.h>

#include "contrastive/inference/embed.hpp"

namespace lagoon::contrastive {
namespace {

/// All rows, of embeddings of which each rank has its share.
Embeddings gather(const Embeddings& own, std::int64_t n, Communicator& ranks) {
  return {n, own.dim, gather_rows(own.values, n, ranks)};
}

DirectionScores score(const Embeddings& own_queries, const Embeddings& library,
                      Communicator& ranks) {
  std::vector<std::int64_t> truth(own_queries.n);
  std::iota(truth.begin(), truth.end(), ranks.first_row(library.n));
  const Ranks own = rank_partners(own_queries, library, truth);
  return direction_scores(
      {gather_rows(own.better, library.n, ranks), gather_rows(own.tied, library.n, ranks)});
}

}  // namespace

template <class Number>
std::vector<Number> gather_rows(const std::vector<Number>& own, std::int64_t n,
                                Communicator& ranks) {
  if (ranks.alone()) return own;
  const std::int64_t rows = ranks.n_rows(n);
  const torch::Tensor view = at::from_blob(const_cast<Number*>(own.data()),
                                           {rows, static_cast<std::int64_t>(own.size()) / rows},
                                           c10::CppTypeToScalarType<Number>::value);
  const torch::Tensor all = ranks.gather_rows(view, n).contiguous();
  const auto* first = all.data_ptr<Number>();
  return {first, first + all.numel()};
}

template std::vector<float> gather_rows(const std::vector<float>&, std::int64_t, Communicator&);
template std::vector<double> gather_rows(const std::vector<double>&, std::int64_t, Communicator&);
template std::vector<std::int64_t> gather_rows(const std::vector<std::int64_t>&, std::int64_t,
                                               Communicator&);

RetrievalScores shared_scores(const Embedder& embedder, const torch::Tensor& u,
                              const torch::Tensor& v, Communicator& ranks) {
  const std::int64_t n = u.size(0), first = ranks.first_row(n), count = ranks.n_rows(n);
  if (ranks.alone() || n < ranks.size()) return score_retrieval(embedder.u(u), embedder.v(v));
  const Embeddings own_u = embedder.u(u.narrow(0, first, count));
  const Embeddings own_v = embedder.v(v.narrow(0, first, count));
  const Embeddings all_u = gather(own_u, n, ranks), all_v = gather(own_v, n, ranks);
  // By all ranks alike: none waits for one that refuses its own.
  require_finite(all_u, "the flows");
  require_finite(all_v, "the trajectories");
  RetrievalScores scores;
  scores.library_size = n;
  scores.lagrangian_to_eulerian = score(own_v, all_u, ranks);
  scores.eulerian_to_lagrangian = score(own_u, all_v, ranks);
  return scores;
}

}  // namespace lagoon::contrastive
