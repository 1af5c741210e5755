#include "pipelines/retrieval/evaluation.hpp"

#include "contrastive/communication/shared_scores.hpp"
#include "pipelines/retrieval/library_curve.hpp"

namespace lagoon::pipelines {

namespace {

using contrastive::gather_rows;

Evaluation evaluate(const Candidates& candidates, const std::vector<std::int64_t>& queries,
                    double temperature, int threads) {
  Evaluation result;
  const auto lagrangian = rows_at(candidates.lagrangian, queries);
  result.ranks[kDirections[0].key] =
      contrastive::rank_partners(lagrangian, candidates.eulerian, queries);
  result.ranks[kDirections[1].key] = contrastive::rank_partners(
      rows_at(candidates.eulerian, queries), candidates.lagrangian, queries);
  result.posterior =
      scan_posteriors(lagrangian, candidates.eulerian, queries, temperature, threads);
  return result;
}

}  // namespace

Evaluation evaluate_queries(const Candidates& candidates, const std::vector<std::int64_t>& queries,
                            double temperature, int threads, contrastive::Communicator& ranks) {
  const auto n = static_cast<std::int64_t>(queries.size());
  require_a_share_each(n, ranks, "queries");
  const auto first = queries.begin() + ranks.first_row(n);
  Evaluation result = evaluate(candidates, {first, first + ranks.n_rows(n)}, temperature, threads);
  result.queries = queries;
  for (auto& [direction, of_direction] : result.ranks) {
    of_direction.better = gather_rows(of_direction.better, n, ranks);
    of_direction.tied = gather_rows(of_direction.tied, n, ranks);
  }
  auto& scan = result.posterior;
  for (auto* column : {&scan.effective_sample_size, &scan.truth_weight, &scan.top_weight}) {
    *column = gather_rows(*column, n, ranks);
  }
  return result;
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
