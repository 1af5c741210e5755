#include "pipelines/assimilation/scores/coarse_observations.hpp"

#include <algorithm>

#include "flow/integration/parallel.hpp"
#include "pipelines/assimilation/evaluation.hpp"
#include "pipelines/assimilation/queries.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/signals.hpp"

namespace lagoon::pipelines {
namespace {

/// Every n-th of the observations.
Queries thinned(const Queries& all, std::size_t n) {
  Queries some = all;
  some.law.times.clear();
  for (std::size_t j = n - 1; j < all.law.n_times(); j += n) {
    some.law.times.push_back(all.law.times[j]);
  }
  some.x.clear();
  some.y.clear();
  // Every track has a whole number of n observations, and so have all of them in a row.
  for (std::size_t at = n - 1; at < all.x.size(); at += n) {
    some.x.push_back(all.x[at]);
    some.y.push_back(all.y[at]);
  }
  return some;
}

flow::MethodScores score(const Queries& queries, flow::IncrementRule rule, std::uint64_t seed,
                         int threads) {
  const flow::IncrementRegression regression(queries.law, queries.space, rule);
  const flow::Scorer scorer(queries.law, queries.space);
  std::vector<flow::QueryScores> scores(queries.size());
  flow::parallel_for(queries.size(), threads, [&](std::size_t q) {
    scores[q] = scorer.score(regression.posterior(queries.tracks(q)).posterior,
                             queries.truth.col(static_cast<Eigen::Index>(q)),
                             {seed, flow::Purpose::score_draw, q});
  });
  return flow::gather_scores(scores, seed);
}

}  // namespace

std::vector<CoarseScores> score_coarse_observations(const flow::Law& finest, std::int64_t n_twins,
                                                    std::uint64_t seed, int threads) {
  const auto all = draw_twins(finest, n_twins, seed, threads, kCoarseTruthSteps);
  std::vector<CoarseScores> results;
  Progress progress("coarse observations", std::ssize(kCoarseThinnings), "intervals");
  for (const std::size_t n : kCoarseThinnings) {
    const auto queries = thinned(all, n);
    for (const auto rule : {flow::IncrementRule::left_point, flow::IncrementRule::trapezoid}) {
      stop_if_asked();
      results.push_back({queries.law.times.front(), rule, score(queries, rule, seed, threads)});
    }
    progress.update(std::ssize(results) / 2);
  }
  progress.finish();
  return results;
}

}  // namespace lagoon::pipelines
