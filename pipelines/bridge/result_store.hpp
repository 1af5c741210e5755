#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

namespace lagoon::pipelines {

/// Finished pieces of a study as lines of a file: one that was stopped goes on from them.
class ResultStore {
 public:
  /// `how`: all that a piece depends on beside its key. Pieces made otherwise are left in the file
  /// and not found. Throws Error for a damaged line.
  ResultStore(std::filesystem::path file, nlohmann::json how);

  /// Null if it is not there.
  const nlohmann::json* find(const std::string& key) const;

  /// Appends it to the file. Not for several threads at once.
  void add(const std::string& key, const nlohmann::json& result);

 private:
  std::filesystem::path file_;
  nlohmann::json how_;
  std::map<std::string, nlohmann::json> results_;
};

}  // namespace lagoon::pipelines
