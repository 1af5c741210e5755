#include "pipelines/training/recorder.hpp"

#include "pipelines/support/log.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/training/records.hpp"

namespace lagoon::pipelines {
namespace {

std::string recall_text(const contrastive::RetrievalScores& scores) {
  return ", recall@1 " + figures_text(scores.lagrangian_to_eulerian.recall.at(1)) + " and " +
         figures_text(scores.eulerian_to_lagrangian.recall.at(1));
}

}  // namespace

Recorder::Recorder(RunFolder& folder, std::int64_t total_steps, std::int64_t begin,
                   const TrainOptions& options)
    : folder_(folder), progress_("training", total_steps, "steps", begin), options_(options) {}

void Recorder::on_loss(const contrastive::LossRecord& record) {
  folder_.metric(to_json(record));
  progress_.update(record.step, count_text(record.samples_per_second) + " samples/s, loss " +
                                    figures_text(record.loss) + ", temperature " +
                                    figures_text(record.temperature) + ", gradient norm " +
                                    figures_text(record.gradient_norm) + recall_);
  const std::string warning = source_warning(record.source, options_);
  if (warned_ || warning.empty()) return;
  warned_ = true;
  progress_.finish();
  log_warning(warning);
}

void Recorder::on_recall(const contrastive::RecallRecord& record) {
  folder_.metric(to_json(record));
  progress_.finish();
  if (record.split == "train") return;
  recall_ = recall_text(record.scores);
  log_info(recall_line(record));
}

void Recorder::on_skip(const contrastive::SkipRecord& record) {
  folder_.metric(to_json(record));
  folder_.skipped(skipped_flows(record));
  progress_.finish();
  log_warning(skip_line(record));
}

bool Recorder::stop_requested() {
  return pipelines::stop_requested();
}

}  // namespace lagoon::pipelines
