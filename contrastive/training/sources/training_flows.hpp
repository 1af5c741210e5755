#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contrastive/options.hpp"
#include "contrastive/training/step/batches.hpp"
#include "datasets/generation/fresh_flows.hpp"
#include "datasets/reader.hpp"

namespace lagoon::contrastive {

/// Where the flows of a run come from. This header needs no LibTorch.
struct TrainingFlows {
  /// Its training split is trained on, and the run judged by its validation split (test, where
  /// there is no validation); with a stream it only judges. It outlives the run.
  const datasets::Reader* file = nullptr;

  /// Fresh flows, each trained on once. Without a file they are judged by held-out ones of their
  /// own seed.
  std::optional<datasets::FreshFlows> stream = {};

  const flow::Law& law() const { return stream ? stream->law() : file->law(); }
  std::uint64_t seed() const;

  /// Of all that decides the bits of what is trained on.
  std::uint64_t hash() const;

  /// The file's path, or what the stream is called.
  std::string name() const;

  /// Flows trained on: of a stream, as many as the steps take.
  std::int64_t n_train(const TrainingOptions& options) const;

  /// Rows of the file that it is judged by, at most `limit`.
  std::vector<std::int64_t> held_out_rows(std::int64_t limit) const;
};

/// Throws Error for what a stream cannot be asked for: passes over its flows.
void require_valid(const TrainingFlows& flows, const TrainingOptions& options);

/// Flows of a stream that a thread draws at once, and batches (or what joins several small ones)
/// that are ready or in the making.
std::int64_t flows_at_once(const flow::Law& law);
std::int64_t queue_depth(int generator_threads);

/// Threads that make pairs ahead: one is enough for those held in memory.
int background_threads(const TrainingFlows& flows, const TrainingOptions& options);

/// Sample of a stream that row 0 of step 0 is: second batches have samples of their own, from 2^48
/// on, where no run comes.
std::int64_t first_sample(BatchStream stream);

/// Batches of `batch_size` that are drawn together: fewer flows cost more each.
std::int64_t steps_together(std::int64_t batch_size);

/// Bytes of what a stream, or pairs read from a file, hold at the most: the queue of what is made
/// ahead, and the threads that make it.
double background_memory(const TrainingFlows& flows, const ModelOptions& model,
                         const TrainingOptions& training);

}  // namespace lagoon::contrastive
