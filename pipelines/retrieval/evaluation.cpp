#include "pipelines/retrieval/evaluation.hpp"

#include "pipelines/retrieval/library_curve.hpp"

namespace lagoon::pipelines {

Evaluation rank_queries(const Candidates& candidates, std::vector<std::int64_t> queries) {
  Evaluation result;
  result.ranks[kDirections[0].key] = contrastive::rank_partners(
      gather(candidates.lagrangian, queries), candidates.eulerian, queries);
  result.ranks[kDirections[1].key] = contrastive::rank_partners(
      gather(candidates.eulerian, queries), candidates.lagrangian, queries);
  result.queries = std::move(queries);
  return result;
}

PosteriorScan scan_posteriors(const Candidates& candidates,
                              const std::vector<std::int64_t>& queries, double temperature,
                              int threads) {
  return scan_posteriors(gather(candidates.lagrangian, queries), candidates.eulerian, queries,
                         temperature, threads);
}

RecallTable recall_table(const Evaluation& evaluation, std::int64_t library_size,
                         std::int64_t size) {
  RecallTable recall;
  for (const auto& [direction, ranks] : evaluation.ranks) {
    for (const int k : kRecallDepths) {
      recall[direction][k] = size == library_size ? contrastive::recall_at_k(ranks, k)
                                                  : expected_recall(ranks, k, library_size, size);
    }
  }
  return recall;
}

}  // namespace lagoon::pipelines
