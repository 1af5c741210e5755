#include "pipelines/train.hpp"

#include <fstream>

#include "contrastive/inference/encoder_pair.hpp"
#include "contrastive/training/trainer.hpp"
#include "flow/error.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/training/records.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

/// Writes every record to metrics.jsonl, keeps the progress bar, and asks for the end on a signal.
class Recorder : public contrastive::TrainingObserver {
 public:
  Recorder(RunFolder& folder, std::int64_t total_steps, std::int64_t begin)
      : folder_(folder), progress_("training", total_steps, "steps", begin) {}

  void on_loss(const contrastive::LossRecord& record) override {
    folder_.metric(to_json(record));
    progress_.update(record.step, "loss " + figures_text(record.loss));
  }

  void on_recall(const contrastive::RecallRecord& record) override {
    folder_.metric(to_json(record));
    progress_.finish();
    if (record.split != "train") log_info(recall_line(record));
  }

  bool stop_requested() override { return pipelines::stop_requested(); }

 private:
  RunFolder& folder_;
  Progress progress_;
};

/// Checks all that can be checked before a folder is made, and tells the steps of the whole run.
std::int64_t checked_steps(const TrainOptions& options, const contrastive::TrainingFlows& flows) {
  require_valid(options.model, flows.law());
  require_valid(options.training);
  require_valid(flows, options.training);
  return contrastive::total_steps(options.training, flows.n_train(options.training));
}

int dry_run(const TrainOptions& options, const contrastive::TrainingFlows& flows,
            std::int64_t total_steps) {
  const auto n_train = flows.n_train(options.training);
  print("# " + std::to_string(n_train) + (flows.stream ? " fresh" : " training") + " flows, " +
        std::to_string(total_steps) + " steps of " + std::to_string(options.training.batch_size) +
        "; " + memory_text(options, flows));
  return kExitDone;
}

bool finished_already(const TrainOptions& options) {
  const auto summary = options.run / "summary.json";
  return options.resume && fs::exists(summary) && read_json(summary).value("finished", false);
}

/// A new run's folder, or that of one to be continued; `begin` gets the step that it has reached.
RunFolder open_folder(const TrainOptions& options, const Invocation& invocation,
                      std::int64_t& begin) {
  if (!options.resume) return RunFolder::create(options.run, invocation, options.force);
  begin = contrastive::EncoderPair::load(options.run).step();
  auto folder = RunFolder::reopen(options.run, invocation, begin);
  log_info("continued at step " + std::to_string(begin));
  return folder;
}

int stopped(const TrainOptions& options, const contrastive::TrainingSummary& summary) {
  std::ofstream(options.run / "checkpoint" / "requeue") << stop_signal_name() << "\n";
  log_warning("lagoon train: stopped by " + std::string(stop_signal_name()) + " at step " +
              std::to_string(summary.step) + " of " + std::to_string(summary.total_steps) +
              "; the same data and run with --resume continue");
  return kExitStopped;
}

}  // namespace

int run_train(const TrainOptions& options, const Invocation& invocation) {
  if (options.resume && options.force) {
    throw UsageError("--resume and --force: one continues, the other begins anew; give one");
  }
  const OpenFlows opened = open_flows(options);
  const auto total_steps = checked_steps(options, opened.flows);
  if (invocation.dry_run) return dry_run(options, opened.flows, total_steps);
  if (finished_already(options)) {
    print(options.run.string() + ": finished already, nothing to do");
    write_json_result(invocation, read_json(options.run / "summary.json"));
    return kExitDone;
  }
  std::int64_t begin = 0;
  RunFolder folder = open_folder(options, invocation, begin);
  install_signal_handlers();
  Recorder recorder(folder, total_steps, begin);
  const auto summary = contrastive::train(opened.flows, options.model, options.training,
                                          options.run, options.resume, recorder);
  const auto result = to_json(summary, options);
  folder.write_summary(result);
  write_json_result(invocation, result);
  print(summary_line(summary, options));
  return summary.finished ? kExitDone : stopped(options, summary);
}

}  // namespace lagoon::pipelines
