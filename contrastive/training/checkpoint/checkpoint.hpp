#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "contrastive/training/checkpoint/checkpoint_folder.hpp"

namespace lagoon::contrastive {

// The checkpoints of a run, each a whole one in a folder of its own:
//   RUN/checkpoint                  the newest
//   RUN/checkpoints/step-000500...  earlier ones
//   RUN/checkpoint-best             that of the best held-out recall

/// Writes the newest checkpoint, and keeps as many before it as training.keep_last of its state
/// says; a best one (state.best_step == state.step) is kept as that too. Earlier ones go only after
/// the new one has been read back. A process killed at any point leaves whole checkpoints only.
/// Throws Error, naming what is left, if it cannot be written.
void write_checkpoint(const std::filesystem::path& run_dir, const Checkpoint& checkpoint);

/// Folder of the checkpoint that `which` names: "last", "best", or the number of a step. Throws
/// Error naming those that there are.
std::filesystem::path checkpoint_folder(const std::filesystem::path& run_dir,
                                        const std::string& which);

/// Reads and verifies. Throws Error if it is missing, damaged or of another version.
Checkpoint read_checkpoint(const std::filesystem::path& run_dir, const std::string& which = "last");

/// Where a run goes on from.
struct ResumePoint {
  Checkpoint checkpoint;
  std::string warning;  ///< why it is not RUN/checkpoint; empty if it is
};

/// The newest whole checkpoint: RUN/checkpoint, or if that is damaged, the latest of the earlier
/// ones. Throws what reading RUN/checkpoint threw if none is whole.
ResumePoint find_resume_point(const std::filesystem::path& run_dir);

/// Steps of the earlier checkpoints, ascending.
std::vector<std::int64_t> earlier_steps(const std::filesystem::path& run_dir);

}  // namespace lagoon::contrastive
