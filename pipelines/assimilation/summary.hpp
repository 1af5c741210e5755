#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipelines/assimilation/evaluation.hpp"

namespace lagoon::pipelines {

/// Adds `methods`, by name the scores of each with their 95% intervals (KEY, KEY_interval), null
/// where the method does not exist, and `reasons`, by name why not.
void add_methods(nlohmann::json& summary, const std::vector<MethodResult>& results);

/// "0.153 (0.149 to 0.158)"; "—" for none.
std::string estimate_text(const flow::Estimate& estimate);

/// "50", "80", "90", "95".
std::string level_text(std::size_t level);

}  // namespace lagoon::pipelines
