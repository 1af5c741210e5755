#pragma once

#include <filesystem>

#include "contrastive/training/checkpoint/run_state.hpp"
#include "datasets/safetensors.hpp"
#include "flow/law/law.hpp"

namespace lagoon::contrastive {

/// One folder: weights.safetensors (weights "model.*", optimiser moments "optimizer.*", fixed
/// feature maps "features.*", what retrieval needs "embedder.*", the law "law.*") and state.json
/// with the size and hash of that file and a hash of itself.
struct Checkpoint {
  RunState state;
  flow::Law law;
  datasets::SafeTensors tensors;
};

/// Numbers learned: those that the optimiser keeps a moment of.
std::int64_t n_parameters(const Checkpoint& checkpoint);

/// The tilting's. Throws Error where the tensor is missing.
double temperature(const Checkpoint& checkpoint);

/// Prefix of the tensors of Embedder::state().
inline constexpr const char* kEmbedderTensors = "embedder";

/// Replaces what the folder holds. A process killed at any point leaves the old one or the new one:
/// both files are written, synced and read back under the suffix .next before either takes its
/// name, and a reader that finds the pair half renamed takes state.json.next. Throws Error if it
/// cannot be written, a full disk being one reason; the old one is then whole, and nothing of the
/// new one is left.
void write_folder(const std::filesystem::path& folder, const Checkpoint& checkpoint);

/// Reads and verifies. Throws Error if anything is missing, damaged or of another version.
Checkpoint read_folder(const std::filesystem::path& folder);

/// The state alone, once its hash and that of the weights are verified. Throws Error as
/// read_folder.
RunState read_state(const std::filesystem::path& folder);

/// Gives `to` what `from` holds, as safely as write_folder; the files are shared where the file
/// system can (they are replaced, never written in place).
void copy_folder(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace lagoon::contrastive
