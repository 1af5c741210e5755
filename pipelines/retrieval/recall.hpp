#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace lagoon::pipelines {

/// The two questions of retrieval, in the order of every figure and file.
struct Direction {
  std::string key;    ///< in JSON
  std::string title;  ///< what is asked for, in plain words
};
inline const std::vector<Direction> kDirections = {
    {"lagrangian_to_eulerian", "flow from trajectory"},
    {"eulerian_to_lagrangian", "trajectory from flow"},
};

/// The k of recall@k in every table and file.
inline constexpr int kRecallDepths[] = {1, 5, 10};

/// Recall@k by direction key, then by k.
using RecallTable = std::map<std::string, std::map<int, double>>;

/// {"lagrangian_to_eulerian": {"1": ..., "5": ..., "10": ...}, "eulerian_to_lagrangian": ...}.
nlohmann::json to_json(const RecallTable& recall);

/// The inverse. Throws nlohmann::json::exception if a direction or a depth is missing.
RecallTable recall_from_json(const nlohmann::json& json);

}  // namespace lagoon::pipelines
