#include "pipelines/retrieval/summary.hpp"

#include <algorithm>

#include "pipelines/retrieval/library_curve.hpp"
#include "pipelines/retrieval/statistics.hpp"

namespace lagoon::pipelines {
namespace {

nlohmann::json intervals(const RecallTable& recall, std::int64_t n_queries) {
  nlohmann::json json;
  for (const auto& [direction, by_depth] : recall) {
    for (const auto& [k, share] : by_depth) {
      const Interval interval = wilson_interval(share, n_queries);
      json[direction][std::to_string(k)] = {interval.low, interval.high};
    }
  }
  return json;
}

nlohmann::json chance(std::int64_t library_size) {
  nlohmann::json json;
  for (const int k : kRecallDepths) {
    json[std::to_string(k)] = std::min(1.0, k / static_cast<double>(library_size));
  }
  return json;
}

nlohmann::json median_ranks(const Evaluation& evaluation) {
  nlohmann::json json;
  for (const auto& [direction, ranks] : evaluation.ranks) {
    json[direction] = contrastive::median_rank(ranks);
  }
  return json;
}

nlohmann::json curve(const Evaluation& evaluation, std::int64_t library_size) {
  auto json = nlohmann::json::array();
  for (const std::int64_t size : library_sizes(library_size)) {
    json.push_back({{"library_size", size},
                    {"recall", to_json(recall_table(evaluation, library_size, size))}});
  }
  return json;
}

nlohmann::json to_json(const FlowScores& scores) {
  return {{"psi_correlation", scores.psi_correlation},
          {"velocity_r_squared", scores.velocity_r_squared},
          {"track_r_squared", scores.track_r_squared}};
}

}  // namespace

void add_scores(nlohmann::json& summary, const Evaluation& evaluation, std::int64_t library_size) {
  const auto n_queries = static_cast<std::int64_t>(evaluation.queries.size());
  const RecallTable recall = recall_table(evaluation, library_size, library_size);
  const auto& sizes = evaluation.posterior.effective_sample_size;
  summary["n_queries"] = n_queries;
  summary["library_size"] = library_size;
  summary["recall"] = to_json(recall);
  summary["recall_interval_95"] = intervals(recall, n_queries);
  summary["chance"] = chance(library_size);
  summary["median_rank"] = median_ranks(evaluation);
  summary["effective_sample_size"] = {{"median", quantile(sizes, 0.5)},
                                      {"quantile_10", quantile(sizes, 0.1)},
                                      {"quantile_90", quantile(sizes, 0.9)}};
  summary["library_curve"] = curve(evaluation, library_size);
  summary["examples"] = nlohmann::json::array();
  summary["figures"] = nlohmann::json::array();
}

nlohmann::json to_json(const Example& example, std::int64_t row) {
  return {
      {"row", row},
      {"rank", example.rank},
      {"truth_weight", example.truth_weight},
      {"effective_sample_size", example.with_truth.effective_sample_size},
      {"effective_sample_size_without_truth", example.without_truth.effective_sample_size},
      {"retrieved_is_truth", example.first.is_truth},
      {"scores",
       {{"truth", to_json(example.scores.truth)},
        {"best_other", to_json(example.scores.best_other)},
        {"posterior_mean", to_json(example.scores.posterior_mean)},
        {"posterior_mean_without_truth", to_json(example.scores.posterior_mean_without_truth)}}}};
}

}  // namespace lagoon::pipelines
