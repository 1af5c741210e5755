#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipelines/retrieval/recall.hpp"

namespace lagoon::pipelines {

/// A training step, as `lagoon train` records it in metrics.jsonl.
struct LossPoint {
  std::int64_t step = 0;
  std::int64_t samples = 0;  ///< pairs that all steps so far have taken
  double seconds = 0;
  double loss = 0;
  double temperature = 0;
  double gradient_norm = 0;       ///< NaN: not recorded
  double samples_per_second = 0;  ///< NaN: not recorded
};

/// Recall at a step.
struct RecallPoint {
  std::int64_t step = 0;
  std::int64_t samples = 0;
  double seconds = 0;
  std::string split;  ///< "train" | "validation"
  std::int64_t library_size = 0;
  RecallTable recall;
};

/// A run folder of `lagoon train`, as a report shows it.
struct TrainingRecord {
  std::string label;       ///< folder name, and the encoder unless the name says it
  nlohmann::json summary;  ///< summary.json as it is
  std::string config_toml;
  std::vector<LossPoint> losses;
  std::vector<RecallPoint> recalls;
  std::vector<std::pair<std::string, double>> seconds;  ///< phase -> seconds, longest first
};

/// Throws Error naming the file that is missing or not what `lagoon train` writes. A last line of
/// metrics.jsonl that was cut short (a killed run) is left out.
TrainingRecord load_training_record(const std::filesystem::path& dir,
                                    const nlohmann::json& summary);

/// {"load": 1.5, ...} as pairs, longest first. Throws nlohmann::json::exception for other JSON.
std::vector<std::pair<std::string, double>> seconds_from_json(const nlohmann::json& json);

/// The last part of a folder's name, also of "runs/mlp/".
std::string folder_label(const std::filesystem::path& dir);

}  // namespace lagoon::pipelines
