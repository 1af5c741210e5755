#include "pipelines/bridge/result_store.hpp"

#include <fstream>
#include <utility>

#include "flow/error.hpp"

namespace lagoon::pipelines {

ResultStore::ResultStore(std::filesystem::path file, nlohmann::json how)
    : file_(std::move(file)), how_(std::move(how)) {
  std::ifstream stream(file_);
  bool cut_off = false;
  for (std::string line; std::getline(stream, line);) {
    // The last line of a killed run may be cut off: its piece is done again.
    cut_off = stream.eof();
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || json.value("how", nlohmann::json()) != how_) continue;
    require(json.contains("key") && json["key"].is_string() && json.contains("result"),
            file_.string() + ": a line is damaged (remove it)");
    results_[json["key"]] = json["result"];
  }
  if (cut_off) std::ofstream(file_, std::ios::app) << "\n";
}

const nlohmann::json* ResultStore::find(const std::string& key) const {
  const auto found = results_.find(key);
  return found == results_.end() ? nullptr : &found->second;
}

void ResultStore::add(const std::string& key, const nlohmann::json& result) {
  std::ofstream stream(file_, std::ios::app);
  stream << nlohmann::json{{"how", how_}, {"key", key}, {"result", result}}.dump() << std::endl;
  require(stream.good(), file_.string() + ": cannot be written");
  results_[key] = result;
}

}  // namespace lagoon::pipelines
