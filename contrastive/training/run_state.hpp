#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "contrastive/options.hpp"

namespace lagoon::contrastive {

/// What a checkpoint says beside its tensors; the exact law is among the tensors.
struct RunState {
  std::int64_t step = 0;  ///< steps done
  ModelOptions model;
  TrainingOptions training;
  std::uint64_t law_hash = 0;
  std::uint64_t data_hash = 0;  ///< datasets::sample_hash of the file trained on
  std::uint64_t data_seed = 0;
  std::int64_t n_train = 0;
  double last_loss = 0;
  std::map<std::string, double> seconds;  ///< where the time went, over all resumes
};

/// hash_bytes of a text or of a whole file.
std::uint64_t hash_text(const std::string& text);

/// The state as JSON text with a hash of itself; 64-bit numbers as strings.
std::string to_json(const RunState& state, std::uint64_t weights_size, std::uint64_t weights_hash);

struct ParsedState {
  RunState state;
  std::uint64_t weights_size = 0;
  std::uint64_t weights_hash = 0;
};

/// The inverse; state of earlier format versions gets what they knew: version 1 the cosine tilting
/// and the conditional loss, version 2 the defaults of the training options that are new. Throws
/// Error, beginning with `name`, for text that is damaged or of another format version.
ParsedState parse_state(const std::string& text, const std::string& name);

/// Throws Error naming the first option in which the run and the request differ: of the model's,
/// and of those of the training that decide weights, except steps and epochs, all that have an
/// effect.
void require_same_options(const RunState& run, const ModelOptions& model,
                          const TrainingOptions& training);

}  // namespace lagoon::contrastive
