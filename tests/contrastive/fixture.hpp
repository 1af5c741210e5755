#pragma once

#include <complex>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "contrastive/embeddings.hpp"
#include "contrastive/options.hpp"
#include "contrastive/training/trainer.hpp"
#include "datasets/description.hpp"
#include "datasets/reader.hpp"

namespace lagoon::contrastive::tests {

/// A law of 9 modes, 1 drifter and 12 times: small, but one that can be learned.
flow::Law small_law();

/// Writes n integrated flows, an eighth of them for validation.
void write_flows(const std::filesystem::path& path, const flow::Law& law, std::int64_t n,
                 std::uint64_t seed = 1);

/// Options of a run that takes seconds.
ModelOptions small_model();
TrainingOptions short_training(std::int64_t steps);

/// n x dim independent normals.
Embeddings random_embeddings(std::int64_t n, std::int64_t dim, std::uint64_t seed);

/// The validation split of a file: what encoders embed.
struct Held {
  explicit Held(const datasets::Reader& data);

  std::vector<std::complex<double>> psi_hat;
  std::vector<double> x, y;
};

/// Remembers what it is told and stops after `stop_after` steps of this call.
struct Recorder : TrainingObserver {
  explicit Recorder(std::int64_t stop_after = -1) : steps_left(stop_after) {}
  void on_loss(const LossRecord& record) override { losses.push_back(record); }
  void on_recall(const RecallRecord& record) override { recalls.push_back(record); }
  void on_skip(const SkipRecord& record) override { skips.push_back(record); }
  void before_checkpoint() override { losses_kept.push_back(losses.size()); }
  bool stop_requested() override { return --steps_left == 0; }
  bool stop_while_loading() override { return loads_left >= 0 && loads_left-- == 0; }

  std::int64_t steps_left;
  std::vector<LossRecord> losses;
  std::vector<RecallRecord> recalls;
  std::vector<SkipRecord> skips;
  std::vector<std::size_t> losses_kept;  ///< records of a loss before each checkpoint
  std::int64_t loads_left = -1;  ///< pieces of loading before it stops; negative: it does not
};

}  // namespace lagoon::contrastive::tests
