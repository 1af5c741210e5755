#include "pipelines/report/training_record.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>

#include "flow/error.hpp"
#include "pipelines/support/json/json_lines.hpp"

namespace lagoon::pipelines {
namespace {

/// Pairs that the steps so far have taken; runs of earlier versions did not record them.
std::int64_t samples(const nlohmann::json& line, const TrainingRecord& record) {
  const auto step = line.at("step").get<std::int64_t>();
  return line.value("samples", step * record.summary.value("batch_size", std::int64_t{1}));
}

LossPoint loss_point(const nlohmann::json& line, const TrainingRecord& record) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return {line.at("step"),
          samples(line, record),
          line.at("seconds"),
          line.at("loss"),
          line.at("temperature"),
          line.value("gradient_norm", nan),
          line.value("samples_per_second", nan)};
}

RecallPoint recall_point(const nlohmann::json& line, const TrainingRecord& record) {
  return {line.at("step"),  samples(line, record),   line.at("seconds"),
          line.at("split"), line.at("library_size"), recall_from_json(line.at("recall"))};
}

void add_metric(const nlohmann::json& line, TrainingRecord& record) {
  const auto kind = line.at("kind").get<std::string>();
  if (kind == "loss") record.losses.push_back(loss_point(line, record));
  if (kind == "recall") record.recalls.push_back(recall_point(line, record));
}

void load_metrics(const std::filesystem::path& path, TrainingRecord& record) {
  require(std::filesystem::is_regular_file(path) && std::ifstream(path).good(),
          path.string() + ": cannot be read (is it a run of lagoon train?)");
  for (const JsonLine& line : read_json_lines(path)) {
    if (line.value.is_discarded() && line.is_last) return;
    try {
      add_metric(line.value, record);
    } catch (const nlohmann::json::exception& error) {
      throw Error(path.string() + ":" + std::to_string(line.number) +
                  ": not a line of lagoon train (" + error.what() + ")");
    }
  }
}

}  // namespace

TrainingRecord load_training_record(const std::filesystem::path& dir,
                                    const nlohmann::json& summary) {
  TrainingRecord record;
  record.summary = summary;
  try {
    record.label = folder_label(dir);
    const auto encoder = summary.at("encoder").get<std::string>();
    if (record.label.find(encoder) == std::string::npos) record.label += " (" + encoder + ")";
    record.seconds = seconds_from_json(summary.at("seconds"));
  } catch (const nlohmann::json::exception& error) {
    throw Error((dir / "summary.json").string() + ": not a summary of lagoon train (" +
                error.what() + ")");
  }
  load_metrics(dir / "metrics.jsonl", record);
  std::ifstream config(dir / "config.toml");
  record.config_toml.assign(std::istreambuf_iterator<char>(config), {});
  return record;
}

std::vector<std::pair<std::string, double>> seconds_from_json(const nlohmann::json& json) {
  std::vector<std::pair<std::string, double>> seconds;
  for (const auto& [phase, value] : json.items()) seconds.emplace_back(phase, value.get<double>());
  std::stable_sort(seconds.begin(), seconds.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return seconds;
}

std::string folder_label(const std::filesystem::path& dir) {
  const auto normal = std::filesystem::absolute(dir).lexically_normal();
  return normal.has_filename() ? normal.filename().string()
                               : normal.parent_path().filename().string();
}

}  // namespace lagoon::pipelines
