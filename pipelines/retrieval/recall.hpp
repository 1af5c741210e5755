#pragma once

#include <cstdint>
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

/// "the true flow comes first of 2048 for 0.953 (0.946 to 0.959) of the trajectories, the true
/// trajectory for ... of the flows": recall@1 of n_queries each way.
std::string first_places_text(const RecallTable& recall, std::int64_t library_size,
                              std::int64_t n_queries);

/// The inverse of to_json. Throws nlohmann::json::exception if a direction or a depth is missing.
RecallTable recall_from_json(const nlohmann::json& json);

}  // namespace lagoon::pipelines
