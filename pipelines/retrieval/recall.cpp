#include "pipelines/retrieval/recall.hpp"

#include "pipelines/retrieval/statistics.hpp"

namespace lagoon::pipelines {

nlohmann::json to_json(const RecallTable& recall) {
  nlohmann::json json;
  for (const auto& [direction, by_depth] : recall) {
    for (const auto& [k, share] : by_depth) json[direction][std::to_string(k)] = share;
  }
  return json;
}

std::string first_places_text(const RecallTable& recall, std::int64_t library_size,
                              std::int64_t n_queries) {
  const auto share = [&](std::size_t direction) {
    return share_text(recall.at(kDirections[direction].key).at(1), n_queries);
  };
  return "the true flow comes first of " + std::to_string(library_size) + " for " + share(0) +
         " of the trajectories, the true trajectory for " + share(1) + " of the flows";
}

RecallTable recall_from_json(const nlohmann::json& json) {
  RecallTable recall;
  for (const auto& direction : kDirections) {
    for (const int k : kRecallDepths) {
      recall[direction.key][k] = json.at(direction.key).at(std::to_string(k)).get<double>();
    }
  }
  return recall;
}

}  // namespace lagoon::pipelines
