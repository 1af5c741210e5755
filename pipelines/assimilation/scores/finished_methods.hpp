#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "pipelines/assimilation/methods/method.hpp"
#include "pipelines/assimilation/scores/method_result.hpp"

namespace lagoon::pipelines {

/// Finished methods as lines of a file: work that was stopped goes on from them.
class FinishedMethods {
 public:
  /// Keeps nothing.
  FinishedMethods() = default;

  /// `how` says all that results depend on beside setting and method. Throws Error if the file
  /// holds results of other work.
  FinishedMethods(std::filesystem::path file, nlohmann::json how);

  /// False if it is not there; else its result, and of the variational method the costs that others
  /// are compared with. Throws Error for a line of this work that cannot be.
  bool find(const std::string& setting, const std::string& method, MethodResult& result,
            ReferenceCosts& costs) const;

  /// Appends it to the file. Throws Error if it cannot.
  void add(const std::string& setting, const MethodResult& result, const ReferenceCosts& costs);

 private:
  std::string read_key(const nlohmann::json& line) const;

  std::filesystem::path file_;
  nlohmann::json how_;
  std::map<std::string, nlohmann::json> lines_;  ///< by setting and method
};

}  // namespace lagoon::pipelines
