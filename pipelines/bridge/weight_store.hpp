#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace lagoon::pipelines {

/// Trained weights in files of a folder, so that a study that was stopped goes on.
class WeightStore {
 public:
  /// `how` says all that weights depend on beside their name. Without `resume` what is there is not
  /// looked at.
  WeightStore(std::filesystem::path folder, nlohmann::json how, bool resume)
      : folder_(std::move(folder)), how_(std::move(how)), resume_(resume) {}

  /// None if they are not there or of other training. Throws Error for a damaged file.
  std::optional<std::vector<float>> find(const std::string& name) const;
  /// Writes them, in place of what bore that name.
  void add(const std::string& name, const std::vector<float>& weights) const;

  /// Without `resume` removes what an earlier run left by that name: whoever goes on from a run
  /// that was stopped before it had new weights must not find old ones.
  void begin(const std::string& name) const;

 private:
  std::filesystem::path folder_;
  nlohmann::json how_;
  bool resume_;
};

}  // namespace lagoon::pipelines
