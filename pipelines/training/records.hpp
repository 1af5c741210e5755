#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "contrastive/training/trainer.hpp"
#include "pipelines/training/options.hpp"

namespace lagoon::pipelines {

/// Lines of metrics.jsonl; docs/conventions.md gives their keys.
nlohmann::json to_json(const contrastive::LossRecord& record);
nlohmann::json to_json(const contrastive::RecallRecord& record);
nlohmann::json to_json(const contrastive::SkipRecord& record);

/// A line of skipped.jsonl: the step and all flows of its batch.
nlohmann::json skipped_flows(const contrastive::SkipRecord& record);

/// {"lagrangian_to_eulerian": {"1": ..., "5": ..., "10": ...}, "eulerian_to_lagrangian": {...}}.
nlohmann::json recall_json(const contrastive::RetrievalScores& scores);

/// summary.json of a run.
nlohmann::json to_json(const contrastive::TrainingSummary& summary, const TrainOptions& options);

/// One line, with the remedy, if making pairs in the background costs more than a tenth of the
/// steps; else, or where there is none (pairs in memory), nothing.
std::string source_warning(const contrastive::SourceCost& cost, const TrainOptions& options);

/// The same for people, one line each.
std::string recall_line(const contrastive::RecallRecord& record);
std::string skip_line(const contrastive::SkipRecord& record);
std::string summary_line(const contrastive::TrainingSummary& summary, const TrainOptions& options);

}  // namespace lagoon::pipelines
