#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "contrastive/communication/communicator.hpp"
#include "contrastive/inference/embed.hpp"
#include "contrastive/training/checkpoint/checkpoint.hpp"
#include "contrastive/training/sources/sources.hpp"
#include "contrastive/training/step/training_step.hpp"
#include "contrastive/training/step_log.hpp"
#include "contrastive/training/trainer.hpp"
#include "contrastive/training/training_data.hpp"

namespace lagoon::contrastive {

/// The observer wants no first step.
struct StoppedWhileLoading {};

/// One run from its first or next step to its end, on each rank: train() of trainer.hpp without
/// what comes before. The order of members is that of construction.
class TrainingRun {
 public:
  /// Loads what it trains on. Throws StoppedWhileLoading if the observer asks for it.
  TrainingRun(const TrainingFlows& flows, RunState state, const std::optional<Checkpoint>& from,
              const std::filesystem::path& run_dir, TrainingObserver& observer,
              Communicator& ranks);

  /// Takes the steps that are left, as train() says.
  TrainingSummary train();

 private:
  using Clock = std::chrono::steady_clock;

  /// What one rank wants, all do, after the same step: the greatest of their wishes.
  enum class Wish { none, checkpoint, stop };
  Wish wish_of_ranks();

  void go_on_from(const Checkpoint& from);

  /// What a stopped run left, or the recall of a run that had been finished.
  void validate_again();
  void take_step();

  /// Reads the numbers of the steps since the last call; the only place where training waits for
  /// them. `last`: the batch of the newest step, if it was skipped.
  void collect(const PairBatch* last = nullptr);

  void log();
  void validate();
  void checkpoint();
  void write() const;
  TrainingSummary summary() const;

  bool due(std::int64_t every) const { return state_.step % every == 0; }
  bool is_best() const { return state_.best_step == state_.step; }
  std::int64_t samples() const { return state_.step * state_.training.batch_size; }
  BatchRows own_rows() const;
  double step_seconds() const;
  Embedder make_embedder() const;
  RetrievalScores score(const PairedFeatures& pairs) const;

  std::filesystem::path run_dir_;
  TrainingObserver& observer_;
  Communicator& ranks_;
  const TrainingFlows& flows_;
  flow::Law law_;
  RunState state_;
  Stopwatch stopwatch_;
  FeatureMaps maps_;
  std::int64_t total_steps_;
  std::unique_ptr<PairSource> pairs_;
  PairedFeatures validation_;
  Model model_;
  TrainingStep step_;
  StepLog log_;                // of the steps since collect()
  std::int64_t n_timed_ = 0;   // steps since logged_seconds_ was taken
  double logged_seconds_ = 0;  // step_seconds() at the last record
  Clock::time_point last_checkpoint_ = Clock::now();
  RetrievalScores validation_scores_, training_scores_;
};

}  // namespace lagoon::contrastive
