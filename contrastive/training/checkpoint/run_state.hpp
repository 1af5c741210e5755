#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "contrastive/options.hpp"

namespace lagoon::contrastive {

/// Steps since the last loss record, which the next one is about: a resumed run writes the records
/// that an undisturbed one does.
struct PendingLog {
  std::int64_t n_steps = 0;  ///< that were not skipped
  double loss = 0;           ///< sum
  double gradient_norm = 0;  ///< sum
};

/// How a run that streams follows the drifters of its fresh flows, whose law and seed are the
/// run's; without a scheme it trains on a file.
struct StreamState {
  std::string scheme;     ///< "rk4" | "euler-maruyama" | "heun"
  std::string precision;  ///< of the integration
  int steps_per_interval = 0;
  double step = 0;
  double tolerance = 0;
  double max_error = 0;
  bool judged_by_file = false;  ///< law and held-out flows are a file's
};

/// What a checkpoint says beside its tensors; the exact law is among the tensors.
struct RunState {
  std::int64_t step = 0;  ///< steps done
  ModelOptions model;
  TrainingOptions training;
  std::uint64_t law_hash = 0;
  std::uint64_t data_hash = 0;  ///< of the file or stream trained on
  std::uint64_t data_seed = 0;
  std::int64_t n_train = 0;
  StreamState stream;
  double last_loss = 0;  ///< mean over the steps of the last loss record
  PendingLog pending;
  std::int64_t skipped = 0;               ///< steps skipped for NaN or Inf
  std::int64_t skipped_in_row = 0;        ///< of them, the last steps done
  std::int64_t validated_step = 0;        ///< when recall was recorded last
  std::int64_t best_step = 0;             ///< when held-out recall was best; 0: never measured
  double best_recall = 0;                 ///< the mean of recall@1 both ways then
  std::map<std::string, double> seconds;  ///< where the time went, over all resumes
};

/// hash_bytes of a text or of a whole file.
std::uint64_t hash_text(const std::string& text);

/// The state as JSON text with a hash of itself; 64-bit numbers as strings.
std::string to_json(const RunState& state, std::uint64_t weights_size, std::uint64_t weights_hash);

/// A state as it was read, with what it says of the file of weights: its bytes and their hash.
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
