#pragma once

#include <filesystem>

#include "contrastive/options.hpp"
#include "contrastive/training/checkpoint/checkpoint.hpp"
#include "contrastive/training/sources/training_flows.hpp"

namespace lagoon::contrastive {

/// The state of a run that begins.
RunState begin_state(const TrainingFlows& flows, const ModelOptions& model,
                     const TrainingOptions& options);

/// What a run that would begin as `now` goes on from. Throws Error if the folder's checkpoint is of
/// another law, other data or other options, or damaged.
Checkpoint resume_point(const std::filesystem::path& run_dir, const RunState& now,
                        const TrainingFlows& flows);

}  // namespace lagoon::contrastive
