#include "pipelines/retrieval/recall.hpp"

namespace lagoon::pipelines {

nlohmann::json to_json(const RecallTable& recall) {
  nlohmann::json json;
  for (const auto& [direction, by_depth] : recall) {
    for (const auto& [k, share] : by_depth) json[direction][std::to_string(k)] = share;
  }
  return json;
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
