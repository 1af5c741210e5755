#include "pipelines/bridge/result_store.hpp"

#include <utility>

#include "flow/error.hpp"
#include "pipelines/support/json/json_lines.hpp"

namespace lagoon::pipelines {

ResultStore::ResultStore(std::filesystem::path file, nlohmann::json how)
    : file_(std::move(file)), how_(std::move(how)) {
  for (const auto& line : reopen_json_lines(file_)) {
    // The last line of a killed run may be cut off: its piece is done again.
    const auto& json = line.value;
    if (!json.is_object() || json.value("how", nlohmann::json()) != how_) continue;
    require(json.contains("key") && json["key"].is_string() && json.contains("result"),
            file_.string() + ": a line is damaged (remove it)");
    results_[json["key"]] = json["result"];
  }
}

const nlohmann::json* ResultStore::find(const std::string& key) const {
  const auto found = results_.find(key);
  return found == results_.end() ? nullptr : &found->second;
}

void ResultStore::add(const std::string& key, const nlohmann::json& result) {
  append_json_line(file_, {{"how", how_}, {"key", key}, {"result", result}});
  results_[key] = result;
}

}  // namespace lagoon::pipelines
