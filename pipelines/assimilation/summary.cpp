#include "pipelines/assimilation/summary.hpp"

#include <cmath>

#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

/// null where there is none: JSON has no NaN.
nlohmann::json number(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

void add(nlohmann::json& json, const std::string& key, const flow::Estimate& estimate) {
  json[key] = number(estimate.value);
  json[key + "_interval"] = {number(estimate.lower), number(estimate.upper)};
}

nlohmann::json to_json(const flow::UniformityTest& test) {
  return {{"counts", test.counts},
          {"chi_squared", number(test.chi_squared)},
          {"p_value", number(test.p_value)}};
}

nlohmann::json ranks_json(const flow::SimulationBasedCalibration::Result& ranks) {
  nlohmann::json json = to_json(ranks.pooled);
  json["functionals"] = ranks.by_functional.size();
  json["smallest_p_value"] = number(ranks.smallest_p_value);
  return json;
}

nlohmann::json scores_json(const MethodResult& result) {
  nlohmann::json json = result.more;
  const auto& scores = result.scores;
  add(json, "relative_error", scores.relative_error);
  add(json, "velocity_error", scores.velocity_error);
  add(json, "crps", scores.crps);
  add(json, "energy_score", scores.energy_score);
  add(json, "spread_skill", scores.spread_skill);
  for (std::size_t level = 0; level < scores.coverage.size(); ++level) {
    add(json["coverage"], level_text(level), scores.coverage[level]);
  }
  add(json, "effective_sample_size", scores.effective_sample_size);
  add(json, "seconds_per_query", result.seconds_per_query);
  add(json, "information", result.information);
  json["seconds_once"] = result.seconds_once;
  json["ranks"] = ranks_json(result.ranks);
  return json;
}

}  // namespace

void add_methods(nlohmann::json& summary, const std::vector<MethodResult>& results) {
  summary["methods"] = nlohmann::json::object();
  summary["reasons"] = nlohmann::json::object();
  for (const auto& result : results) {
    const bool exists = result.reason.empty();
    summary["methods"][result.name] = exists ? scores_json(result) : nlohmann::json();
    if (!exists) summary["reasons"][result.name] = result.reason;
  }
}

std::string estimate_text(const flow::Estimate& estimate) {
  if (!std::isfinite(estimate.value)) return "—";
  return figures_text(estimate.value) + " (" + figures_text(estimate.lower) + " to " +
         figures_text(estimate.upper) + ")";
}

std::string level_text(std::size_t level) {
  return std::to_string(std::lround(100 * flow::kCoverageLevels[level]));
}

}  // namespace lagoon::pipelines
