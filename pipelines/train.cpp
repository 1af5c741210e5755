#include "pipelines/train.hpp"

#include <optional>

#include "contrastive/communication/ranks.hpp"
#include "contrastive/training/checkpoint/checkpoint.hpp"
#include "contrastive/training/machine.hpp"
#include "contrastive/training/trainer.hpp"
#include "flow/error.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/training/local_ranks.hpp"
#include "pipelines/training/profile.hpp"
#include "pipelines/training/recorder.hpp"
#include "pipelines/training/records.hpp"
#include "pipelines/training/stream.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

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

/// A run that has done its steps; one whose config.toml was given more of them has not. Throws
/// Error if another of its options was changed.
bool finished_already(const TrainOptions& options, std::int64_t total_steps) {
  if (!options.resume || !fs::exists(options.run / "summary.json")) return false;
  const auto summary = read_summary(options.run);
  if (!summary.value("finished", false) || summary.value("steps", std::int64_t{0}) < total_steps) {
    return false;
  }
  require_same_options(contrastive::find_resume_point(options.run).checkpoint.state, options.model,
                       options.training);
  return true;
}

/// A new run's folder, or that of one to be continued; `begin` gets the step that it has reached.
RunFolder open_folder(const TrainOptions& options, const Invocation& invocation,
                      std::int64_t& begin) {
  if (!options.resume) return RunFolder::create(options.run, invocation, options.force);
  const auto point = contrastive::find_resume_point(options.run);
  begin = point.checkpoint.state.step;
  auto folder = RunFolder::reopen(options.run, invocation, begin);
  if (!point.warning.empty()) log_warning("passed over: " + point.warning);
  log_info("continued at step " + std::to_string(begin));
  return folder;
}

std::string stopped_by() {
  return stop_signal() == 0 ? "a signal to another rank" : stop_signal_name();
}

int stopped(const TrainOptions& options, const contrastive::TrainingSummary& summary) {
  mark_stopped(options.run / "checkpoint", stopped_by());
  log_warning("lagoon train: stopped by " + stopped_by() + " at step " +
              std::to_string(summary.step) + " of " + std::to_string(summary.total_steps) +
              "; the same data and run with --resume continue");
  return kExitStopped;
}

/// A run that was stopped before its first step. Nothing is lost: one that was to be continued has
/// its checkpoint, another leaves nothing.
int not_started(const TrainOptions& options, contrastive::TrainingSummary summary,
                const RunFolder& folder, std::int64_t begin, std::int64_t total_steps) {
  constexpr int kSignalled = 128;
  if (options.resume) {
    summary.step = begin;
    summary.total_steps = total_steps;
    return stopped(options, summary);
  }
  log_warning("lagoon train: stopped by " + stopped_by() +
              " before its first step; nothing is left of it");
  folder.remove_if_nothing_happened();
  return kSignalled + stop_signal();
}

/// Ranks other than 0 write nothing; what they are asked is whether to stop.
class Follower : public contrastive::TrainingObserver {
 public:
  bool stop_requested() override { return pipelines::stop_requested(); }
  bool stop_while_loading() override { return stop_requested(); }
};

int follow(const TrainOptions& options, const contrastive::TrainingFlows& flows,
           contrastive::Communicator& ranks) {
  Follower follower;
  const auto summary = contrastive::train(flows, options.model, options.training, options.run,
                                          options.resume, follower, &ranks);
  return summary.finished ? kExitDone : kExitStopped;
}

void tell_ranks(const contrastive::Launch& launch, const contrastive::Communicator& ranks,
                int threads) {
  if (ranks.alone() || ranks.rank() != 0) return;
  log_info(to_text(launch) + ", through " + ranks.transport_name() + ", " +
           std::to_string(threads) + (threads == 1 ? " thread each" : " threads each"));
}

/// Ranks share out the threads of their machine, unless told how many each has.
TrainOptions options_of_rank(TrainOptions options, const contrastive::Launch& launch,
                             const contrastive::Environment& environment) {
  if (launch.size == 1) return options;
  for (int* threads : {&options.training.threads, &options.training.generator_threads}) {
    if (*threads == 0) *threads = threads_of_rank(launch, environment);
  }
  return options;
}

/// Writes and tells what the run came to.
void conclude(const TrainOptions& options, const Invocation& invocation,
              const contrastive::TrainingSummary& summary, int n_ranks, const RunFolder& folder) {
  auto result = to_json(summary, options);
  if (options.profile) {
    result["profile"] = profile_json(summary, options.training.batch_size,
                                     measured_peak(options.training), n_ranks);
    print(profile_text(result["profile"]));
  }
  folder.write_summary(result);
  write_json_result(invocation, result);
  print(summary_line(summary, options));
}

/// The first rank's part: it trains as the others do, and keeps the folder.
int lead(const TrainOptions& options, const Invocation& invocation,
         const contrastive::TrainingFlows& flows, contrastive::Communicator& ranks,
         std::int64_t begin, std::int64_t total_steps, RunFolder& folder) {
  Recorder recorder(folder, total_steps, begin, options);
  contrastive::TrainingSummary summary;
  try {
    summary = contrastive::train(flows, options.model, options.training, options.run,
                                 options.resume, recorder, &ranks);
  } catch (const Error&) {
    if (!options.resume) folder.remove_if_nothing_happened();
    throw;
  }
  if (!summary.started) return not_started(options, summary, folder, begin, total_steps);
  conclude(options, invocation, summary, ranks.size(), folder);
  return summary.finished ? kExitDone : stopped(options, summary);
}

}  // namespace

int run_train(const TrainOptions& asked, const Invocation& invocation) {
  require_one_of(asked.resume, asked.force);
  const OpenFlows opened = open_flows(asked);
  const auto total_steps = checked_steps(asked, opened.flows);
  if (invocation.dry_run) return dry_run(asked, opened.flows, total_steps);
  const auto environment = contrastive::environment_of_process();
  const auto launch = contrastive::detect_launch(environment, asked.ranks);
  if (asked.ranks > launch.size) return run_local_ranks(asked.ranks, {"train", asked.run});
  install_signal_handlers();
  if (finished_already(asked, total_steps)) {
    if (launch.rank != 0) return kExitDone;
    print(asked.run.string() + ": finished already, nothing to do");
    write_json_result(invocation, read_summary(asked.run));
    return kExitDone;
  }
  const TrainOptions options = options_of_rank(asked, launch, environment);
  const auto ranks = contrastive::join_ranks(launch, trains_on_gpu(options.training));
  std::int64_t begin = 0;
  std::optional<RunFolder> opened_folder;
  const bool is_open = contrastive::on_first_rank(
      *ranks, [&] { opened_folder.emplace(open_folder(options, invocation, begin)); });
  if (!is_open) return kExitFailed;
  tell_ranks(launch, *ranks, options.training.threads);
  // The folder is the first rank's.
  if (!opened_folder) return follow(options, opened.flows, *ranks);
  return lead(options, invocation, opened.flows, *ranks, begin, total_steps, *opened_folder);
}

}  // namespace lagoon::pipelines
