#include "pipelines/retrieval/example.hpp"

#include <algorithm>

#include "contrastive/inference/posterior.hpp"
#include "pipelines/retrieval/statistics.hpp"

namespace lagoon::pipelines {
namespace {

bool missed(const Evaluation& evaluation, std::size_t q) {
  return evaluation.ranks.at(kDirections[0].key).better[q] > 0;
}

std::span<const std::complex<double>> flow_of(const Candidates& candidates, std::int64_t candidate,
                                              std::size_t n_modes) {
  return std::span(candidates.psi_hat)
      .subspan(static_cast<std::size_t>(candidate) * n_modes, n_modes);
}

// The posterior of a trajectory over the candidates but one.
FieldMoments moments_without(std::int64_t left_out, std::span<const float> query,
                             const Candidates& candidates, double temperature,
                             PotentialFields& fields, std::size_t n_modes) {
  std::vector<std::int64_t> others;
  for (std::int64_t i = 0; i < candidates.size(); ++i) {
    if (i != left_out) others.push_back(i);
  }
  const auto posterior =
      contrastive::posterior(query, rows_at(candidates.eulerian, others), temperature);
  std::vector<std::complex<double>> psi_hat;
  for (const std::int64_t i : others) {
    const auto flow = flow_of(candidates, i, n_modes);
    psi_hat.insert(psi_hat.end(), flow.begin(), flow.end());
  }
  return fields.moments(posterior.weights, psi_hat);
}

ExampleScores score(const Example& example, const Candidates& candidates, const flow::Law& law) {
  const auto truth = flow_of(candidates, example.candidate, law.n_modes());
  const auto score_one = [&](std::span<const std::complex<double>> psi_hat) {
    return score_flow(law, psi_hat, truth, example.observed);
  };
  const Choice& other = example.first.is_truth ? example.second : example.first;
  return {score_one(truth), score_one(flow_of(candidates, other.candidate, law.n_modes())),
          score_one(example.with_truth.mean_psi_hat),
          score_one(example.without_truth.mean_psi_hat)};
}

}  // namespace

std::vector<std::size_t> choose_examples(const Evaluation& evaluation, int n, std::uint64_t seed) {
  const auto n_queries = static_cast<std::int64_t>(evaluation.queries.size());
  std::vector<std::size_t> chosen;
  for (const std::int64_t q :
       choose_queries(n_queries, std::min<std::int64_t>(n, n_queries), seed)) {
    chosen.push_back(static_cast<std::size_t>(q));
  }
  std::vector<std::size_t> misses;
  for (std::size_t q = 0; q < evaluation.queries.size(); ++q) {
    if (missed(evaluation, q)) misses.push_back(q);
  }
  const bool shows_one = std::any_of(chosen.begin(), chosen.end(),
                                     [&](std::size_t q) { return missed(evaluation, q); });
  if (!chosen.empty() && !misses.empty() && !shows_one) {
    const auto n_misses = static_cast<std::int64_t>(misses.size());
    chosen.back() = misses[static_cast<std::size_t>(choose_queries(n_misses, 1, seed).front())];
  }
  return chosen;
}

Example make_example(int number, std::size_t q, const Candidates& candidates,
                     const Evaluation& evaluation, const contrastive::EncoderPair& encoders,
                     std::vector<Path> observed) {
  const flow::Law& law = encoders.law();
  const std::int64_t truth = evaluation.queries[q];
  const auto query = candidates.lagrangian.row(truth);
  const auto posterior = contrastive::posterior(query, candidates.eulerian, encoders.temperature());
  PotentialFields fields(law);
  const auto show = [&](std::int64_t candidate) {
    const auto psi_hat = flow_of(candidates, candidate, law.n_modes());
    return Choice{candidate, candidate == truth,
                  posterior.weights[static_cast<std::size_t>(candidate)], fields.psi(psi_hat),
                  integrate_paths(law, psi_hat)};
  };
  const auto best = contrastive::search_top_k(
      {1, candidates.lagrangian.dim, {query.begin(), query.end()}}, candidates.eulerian, 2);

  Example example;
  example.number = number;
  example.candidate = truth;
  example.library_size = candidates.size();
  example.rank = contrastive::mid_rank(evaluation.ranks.at(kDirections[0].key), q);
  example.truth_weight = evaluation.posterior.truth_weight[q];
  example.grid = fields.n();
  example.psi = fields.psi(flow_of(candidates, truth, law.n_modes()));
  example.observed = std::move(observed);
  example.first = show(best.rows.at(0));
  example.second = show(best.rows.at(1));
  example.with_truth = fields.moments(posterior.weights, candidates.psi_hat);
  example.without_truth =
      moments_without(truth, query, candidates, encoders.temperature(), fields, law.n_modes());
  example.scores = score(example, candidates, law);
  return example;
}

}  // namespace lagoon::pipelines
