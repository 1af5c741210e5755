#pragma once

#include <memory>
#include <string>

#include "contrastive/training/sources/training_flows.hpp"
#include "datasets/reader.hpp"
#include "pipelines/training/options.hpp"

namespace lagoon::pipelines {

/// What a run trains on, and the file it comes from. Not copied: `flows` points into it.
struct OpenFlows {
  std::unique_ptr<datasets::Reader> file;
  contrastive::TrainingFlows flows;
};

/// Opens the file and, for a stream, draws or copies the law and chooses the steps; for a run that
/// is resumed both are the checkpoint's. Throws UsageError where neither file nor stream is given.
OpenFlows open_flows(const TrainOptions& options);

/// What a run holds in memory beside the model: "trajectories and coefficients 57 MiB in memory".
std::string memory_text(const TrainOptions& options, const contrastive::TrainingFlows& flows);

}  // namespace lagoon::pipelines
