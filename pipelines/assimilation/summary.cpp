#include "pipelines/assimilation/summary.hpp"

#include <cmath>

#include "pipelines/assimilation/methods/method.hpp"
#include "pipelines/support/json/json_number.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

nlohmann::json to_json(const flow::UniformityTest& test) {
  return {{"counts", test.counts},
          {"chi_squared", finite_or_null(test.chi_squared)},
          {"p_value", finite_or_null(test.p_value)}};
}

nlohmann::json ranks_json(const flow::SimulationBasedCalibration::Result& ranks) {
  nlohmann::json json = to_json(ranks.pooled);
  json["functionals"] = ranks.by_functional.size();
  json["smallest_p_value"] = finite_or_null(ranks.smallest_p_value);
  json["verdict"] = verdict_of(ranks);
  return json;
}

nlohmann::json shells_json(const std::map<int, flow::Estimate>& shells) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [shell, estimate] : shells) add_estimate(json, std::to_string(shell), estimate);
  return json;
}

/// A curve's values and intervals, time by time.
void add_curve(nlohmann::json& json, const std::string& key,
               const std::vector<flow::Estimate>& estimates) {
  for (const auto& estimate : estimates) {
    json[key].push_back(finite_or_null(estimate.value));
    json[key + "_interval"].push_back(
        {finite_or_null(estimate.lower), finite_or_null(estimate.upper)});
  }
}

void add_forecast(nlohmann::json& json, const ForecastResult& forecast) {
  add_estimate(json, "forecast_error", forecast.error);
  add_estimate(json, "forecast_error_of_draws", forecast.error_of_draws);
  add_estimate(json, "forecast_spread_skill", forecast.spread_skill);
  add_curve(json["forecast"], "separation", forecast.separation);
  add_curve(json["forecast"], "persistence", forecast.persistence);
  add_curve(json["forecast"], "error", forecast.errors);
}

nlohmann::json scores_json(const MethodResult& result) {
  nlohmann::json json = result.more;
  const auto& scores = result.scores;
  visit_estimates(result,
                  [&](const char* key, const flow::Estimate& e) { add_estimate(json, key, e); });
  add_coverage(json, scores.coverage);
  json["relative_error_by_wavenumber"] = shells_json(scores.psi_by_wavenumber);
  json["velocity_error_by_wavenumber"] = shells_json(scores.velocity_by_wavenumber);
  if (result.forecast) add_forecast(json, *result.forecast);
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

void add_coverage(nlohmann::json& json, std::span<const flow::Estimate> by_level) {
  for (std::size_t level = 0; level < by_level.size(); ++level) {
    add_estimate(json["coverage"], level_text(level), by_level[level]);
  }
}

std::string rule_text(flow::IncrementRule rule) {
  return rule == flow::IncrementRule::left_point ? "left_point" : "trapezoid";
}

void add_coarse(nlohmann::json& summary, const std::vector<CoarseScores>& coarse) {
  for (const auto& row : coarse) {
    nlohmann::json json = {{"interval", row.interval}, {"rule", rule_text(row.rule)}};
    add_estimate(json, "relative_error", row.scores.relative_error);
    add_estimate(json, "spread_skill", row.scores.spread_skill);
    add_coverage(json, row.scores.coverage);
    summary["coarse"].push_back(std::move(json));
  }
}

std::string estimate_text(const flow::Estimate& estimate) {
  if (!std::isfinite(estimate.value)) return "—";
  return figures_with_interval(estimate.value, estimate.lower, estimate.upper);
}

std::string level_text(std::size_t level) {
  return std::to_string(std::lround(100 * flow::kCoverageLevels[level]));
}

}  // namespace lagoon::pipelines
