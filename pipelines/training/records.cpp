#include "pipelines/training/records.hpp"

#include <algorithm>
#include <cmath>

#include "contrastive/option_rows.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

nlohmann::json by_k(const contrastive::DirectionScores& scores) {
  nlohmann::json result = nlohmann::json::object();
  for (const auto& [k, recall] : scores.recall) result[std::to_string(k)] = recall;
  return result;
}

nlohmann::json median_ranks(const contrastive::RetrievalScores& scores) {
  return {{"lagrangian_to_eulerian", scores.lagrangian_to_eulerian.median_rank},
          {"eulerian_to_lagrangian", scores.eulerian_to_lagrangian.median_rank}};
}

/// Rows point to members that may be set: those of a copy.
nlohmann::json model_json(contrastive::ModelOptions model) {
  return contrastive::to_json<nlohmann::json>(option_rows(model));
}

/// Without what has no effect.
nlohmann::json objective_json(contrastive::ObjectiveOptions objective) {
  auto rows = option_rows(objective);
  std::erase_if(rows, [](const auto& row) { return !row.has_effect(); });
  return contrastive::to_json<nlohmann::json>(rows);
}

/// What recall@1 on training flows is above that on held-out ones.
nlohmann::json gap_json(const contrastive::TrainingSummary& summary) {
  nlohmann::json gap = nlohmann::json::object();
  if (summary.training.library_size == 0) return gap;
  const auto of = [](const contrastive::DirectionScores& on_train,
                     const contrastive::DirectionScores& held_out) {
    return on_train.recall.at(1) - held_out.recall.at(1);
  };
  gap["lagrangian_to_eulerian"] =
      of(summary.training.lagrangian_to_eulerian, summary.validation.lagrangian_to_eulerian);
  gap["eulerian_to_lagrangian"] =
      of(summary.training.eulerian_to_lagrangian, summary.validation.eulerian_to_lagrangian);
  return gap;
}

nlohmann::json background_json(const contrastive::SourceCost& cost) {
  return {{"waiting", cost.waiting}, {"slower_steps", cost.slower_steps}};
}

std::string percent_text(double share) {
  return std::to_string(std::lround(100 * share)) + "%";
}

std::string direction_text(const contrastive::DirectionScores& scores) {
  std::string text;
  for (const auto& [k, recall] : scores.recall) {
    text += (text.empty() ? "" : " ") + ("@" + std::to_string(k) + " ") + figures_text(recall);
  }
  return text;
}

std::string scores_text(const contrastive::RetrievalScores& scores) {
  return "recall among " + std::to_string(scores.library_size) + " flows: trajectory to flow " +
         direction_text(scores.lagrangian_to_eulerian) + ", flow to trajectory " +
         direction_text(scores.eulerian_to_lagrangian);
}

/// JSON knows no NaN.
nlohmann::json number_or_name(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

/// As many flows as a line is read with ease.
std::vector<std::int64_t> first_of(const std::vector<std::int64_t>& flows) {
  constexpr std::size_t kFew = 8;
  return {flows.begin(), flows.begin() + static_cast<std::ptrdiff_t>(std::min(flows.size(), kFew))};
}

}  // namespace

nlohmann::json recall_json(const contrastive::RetrievalScores& scores) {
  return {{"lagrangian_to_eulerian", by_k(scores.lagrangian_to_eulerian)},
          {"eulerian_to_lagrangian", by_k(scores.eulerian_to_lagrangian)}};
}

nlohmann::json to_json(const contrastive::LossRecord& record) {
  return {{"kind", "loss"},
          {"step", record.step},
          {"samples", record.samples},
          {"seconds", record.seconds},
          {"loss", record.loss},
          {"gradient_norm", record.gradient_norm},
          {"temperature", record.temperature},
          {"learning_rate", record.learning_rate},
          {"samples_per_second", record.samples_per_second},
          {"waiting", record.source.waiting}};
}

nlohmann::json to_json(const contrastive::RecallRecord& record) {
  return {{"kind", "recall"},
          {"step", record.step},
          {"samples", record.samples},
          {"seconds", record.seconds},
          {"split", record.split},
          {"library_size", record.scores.library_size},
          {"recall", recall_json(record.scores)},
          {"median_rank", median_ranks(record.scores)}};
}

nlohmann::json to_json(const contrastive::SkipRecord& record) {
  return {{"kind", "skipped"},
          {"step", record.step},
          {"loss", number_or_name(record.loss)},
          {"gradient_norm", number_or_name(record.gradient_norm)},
          {"in_a_row", record.in_a_row},
          {"flows", first_of(record.flows)},
          {"not_finite", first_of(record.not_finite)}};
}

nlohmann::json skipped_flows(const contrastive::SkipRecord& record) {
  return {{"step", record.step}, {"flows", record.flows}, {"not_finite", record.not_finite}};
}

nlohmann::json to_json(const contrastive::TrainingSummary& summary, const TrainOptions& options) {
  nlohmann::json seconds = nlohmann::json::object();
  for (const auto& [part, spent] : summary.seconds) seconds[part] = spent;
  return {{"verb", "train"},
          {"run", options.run.string()},
          {"data", options.data.string()},
          {"encoder", options.model.lagrangian_encoder},
          {"tilting", options.model.tilting},
          {"objective", objective_json(options.training.objective)},
          {"steps", summary.step},
          {"total_steps", summary.total_steps},
          {"finished", summary.finished},
          {"n_train", summary.n_train},
          {"n_validation", summary.n_validation},
          {"n_parameters", summary.n_parameters},
          {"loss", summary.final_loss},
          {"temperature", summary.temperature},
          {"batch_size", options.training.batch_size},
          {"skipped", summary.skipped},
          {"best", {{"step", summary.best_step}, {"recall_at_1", summary.best_recall}}},
          {"seconds", seconds},
          {"recall", recall_json(summary.validation)},
          {"median_rank", median_ranks(summary.validation)},
          {"library_size", summary.validation.library_size},
          {"gap", gap_json(summary)},
          {"background", background_json(summary.source)},
          {"model", model_json(options.model)}};
}

std::string source_warning(const contrastive::SourceCost& cost, const TrainOptions& options) {
  constexpr double kBearable = 0.1;
  constexpr std::int64_t kEnoughSteps = 100;
  const bool streams = options.stream.on;
  if (!streams && options.training.pairs == "memory") return "";
  if (cost.steps < kEnoughSteps || cost.total() <= kBearable) return "";
  const std::string shares = percent_text(cost.total()) + " of the training step (waiting " +
                             percent_text(cost.waiting) + ", steps beside it slower by " +
                             percent_text(cost.slower_steps) + "): ";
  return streams ? "drawing fresh flows costs " + shares +
                       "give --generator-threads as many as there are cores to spare, and fewer "
                       "--threads where there are none"
                 : "reading pairs costs " + shares + "give --pairs memory if they fit";
}

std::string recall_line(const contrastive::RecallRecord& record) {
  return "step " + std::to_string(record.step) + ", " + record.split + " " +
         scores_text(record.scores);
}

std::string skip_line(const contrastive::SkipRecord& record) {
  std::string line = "step " + std::to_string(record.step) + " is skipped: loss " +
                     figures_text(record.loss) + ", gradient norm " +
                     figures_text(record.gradient_norm);
  if (record.not_finite.empty()) return line;
  return line + "; flow " + std::to_string(record.not_finite.front()) +
         (record.not_finite.size() > 1 ? " and others hold" : " holds") + " NaN or Inf";
}

std::string summary_line(const contrastive::TrainingSummary& summary, const TrainOptions& options) {
  const std::string line = options.run.string() + ": " + std::to_string(summary.step) + " of " +
                           std::to_string(summary.total_steps) + " steps, loss " +
                           figures_text(summary.final_loss);
  const bool validated = summary.validation.library_size > 0;
  return validated ? line + ", " + scores_text(summary.validation) : line;
}

}  // namespace lagoon::pipelines
