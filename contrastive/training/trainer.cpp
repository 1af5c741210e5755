#include "contrastive/training/trainer.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "contrastive/communication/communicator.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/torch_errors.hpp"
#include "contrastive/training/run_start.hpp"
#include "contrastive/training/training_run.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// Trains on all ranks what load() loads on each, unless the observer of one stops it before the
/// first step.
template <typename Load>
TrainingSummary train_unless_stopped(Communicator& ranks, const Load& load) {
  std::unique_ptr<TrainingRun> run;
  const auto load_or_stop = [&] {
    try {
      run = load(ranks);
    } catch (const StoppedWhileLoading&) {
      run = nullptr;
    }
  };
  require(on_every_rank(ranks, load_or_stop, kLongWork),
          "another rank could not begin: it says why, and what to do");
  if (!ranks.any(run == nullptr)) return run->train();
  TrainingSummary summary;
  summary.started = false;
  return summary;
}

}  // namespace

TrainingSummary train(const TrainingFlows& flows, const ModelOptions& model,
                      const TrainingOptions& options, const std::filesystem::path& run_dir,
                      bool resume, TrainingObserver& observer, Communicator* ranks) {
  require_valid(model, flows.law());
  require_valid(options);
  require_valid(flows, options);
  set_threads(options.threads);
  RunState state = begin_state(flows, model, options);
  total_steps(options, state.n_train);
  Communicator alone;
  if (ranks != nullptr && ranks->size() > options.batch_size) {
    throw Error("batches of " + std::to_string(options.batch_size) + " pairs for " +
                std::to_string(ranks->size()) + " ranks: give --batch-size one a rank at least");
  }
  return with_torch_errors([&] {
    return train_unless_stopped(ranks == nullptr ? alone : *ranks, [&](Communicator& all) {
      std::optional<Checkpoint> from;
      if (resume) from = resume_point(run_dir, state, flows);
      return std::make_unique<TrainingRun>(flows, std::move(state), from, run_dir, observer, all);
    });
  });
}

}  // namespace lagoon::contrastive
