#pragma once

#include <filesystem>

#include "contrastive/training/run_state.hpp"
#include "datasets/safetensors.hpp"
#include "flow/law/law.hpp"

namespace lagoon::contrastive {

/// The folder RUN/checkpoint: weights.safetensors (weights "model.*", optimiser moments
/// "optimizer.*", fixed feature maps "features.*", what retrieval needs "embedder.*", the law
/// "law.*") and state.json with the size
/// and hash of that file and a hash of itself.
struct Checkpoint {
  RunState state;
  flow::Law law;
  datasets::SafeTensors tensors;
};

/// Prefix of the tensors of Embedder::state().
inline constexpr const char* kEmbedderTensors = "embedder";

/// Replaces the checkpoint. A process killed at any point leaves the old one or the new one: both
/// files are written and synced under the suffix .next before either takes its name, and a reader
/// that finds the pair half renamed takes state.json.next.
void write_checkpoint(const std::filesystem::path& run_dir, const Checkpoint& checkpoint);

/// Reads and verifies. Throws Error if RUN/checkpoint is missing, damaged or of another version.
Checkpoint read_checkpoint(const std::filesystem::path& run_dir);

}  // namespace lagoon::contrastive
