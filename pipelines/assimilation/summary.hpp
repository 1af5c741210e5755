#pragma once

#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipelines/assimilation/scores/coarse_observations.hpp"
#include "pipelines/assimilation/scores/method_result.hpp"

namespace lagoon::pipelines {

/// Adds `methods`, by name the scores of each with their 95% intervals (KEY, KEY_interval), null
/// where the method does not exist, and `reasons`, by name why not.
void add_methods(nlohmann::json& summary, const std::vector<MethodResult>& results);

/// Adds `coarse`, a list of {interval, rule, relative_error, coverage, spread_skill}, each with
/// intervals; nothing if there are none.
void add_coarse(nlohmann::json& summary, const std::vector<CoarseScores>& coarse);

/// Adds `coverage`, by level_text, with intervals.
void add_coverage(nlohmann::json& json, std::span<const flow::Estimate> by_level);

/// "left_point", "trapezoid".
std::string rule_text(flow::IncrementRule rule);

/// "0.153 (0.149 to 0.158)"; "—" for none.
std::string estimate_text(const flow::Estimate& estimate);

/// "50", "80", "90", "95".
std::string level_text(std::size_t level);

}  // namespace lagoon::pipelines
