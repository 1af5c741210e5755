#pragma once

#include <cstdint>
#include <string>

#include "contrastive/training/trainer.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/training/options.hpp"

namespace lagoon::pipelines {

/// Writes every record of a run to its folder, keeps the progress line, and asks for the end on a
/// signal.
class Recorder : public contrastive::TrainingObserver {
 public:
  /// `begin`: the step that the run goes on from.
  Recorder(RunFolder& folder, std::int64_t total_steps, std::int64_t begin,
           const TrainOptions& options);

  void on_loss(const contrastive::LossRecord& record) override;
  void on_recall(const contrastive::RecallRecord& record) override;
  void on_skip(const contrastive::SkipRecord& record) override;
  void before_checkpoint() override { folder_.sync(); }
  bool stop_requested() override;
  bool stop_while_loading() override { return stop_requested(); }

 private:
  RunFolder& folder_;
  Progress progress_;
  TrainOptions options_;
  bool warned_ = false;  ///< of what the background costs
  std::string recall_;   ///< of the last probe, as the progress line shows it
};

}  // namespace lagoon::pipelines
