#pragma once

#include <complex>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "contrastive/embeddings.hpp"
#include "contrastive/options.hpp"
#include "datasets/reader.hpp"
#include "flow/law/law.hpp"

namespace lagoon::contrastive {

/// The trained encoders of a run, loaded from one of its checkpoints. This header needs no
/// LibTorch.
class EncoderPair {
 public:
  /// `which`: "last", "best" or the number of a step, as checkpoint_folder() takes it. Throws Error
  /// if the checkpoint is missing, damaged (sizes and hashes are compared before use)
  /// or of another format version, and, as the other calls do, for what LibTorch refuses, such as
  /// want of memory.
  static EncoderPair load(const std::filesystem::path& run_dir, const std::string& which = "last");
  EncoderPair(EncoderPair&&) noexcept;
  EncoderPair& operator=(EncoderPair&&) noexcept;
  ~EncoderPair();

  const flow::Law& law() const;  ///< the law it was trained for
  const ModelOptions& options() const;
  const ObjectiveOptions& objective() const;
  double temperature() const;
  std::int64_t step() const;
  std::int64_t n_parameters() const;

  /// Seed of the data trained on: a library with the same seed may hold training flows.
  std::uint64_t data_seed() const;

  /// psi_hat (n, mode) -> n rows. For any tilting, <row of a flow, row of a trajectory> /
  /// temperature() is log_rho.
  Embeddings embed_eulerian(std::span<const std::complex<double>> psi_hat) const;

  /// x, y (n, drifter, time) -> n rows.
  Embeddings embed_lagrangian(std::span<const double> x, std::span<const double> y) const;

 private:
  struct State;
  explicit EncoderPair(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Throws Error naming the field in which the data's law differs from the run's.
void require_same_law(const EncoderPair& encoders, const datasets::Reader& data);

}  // namespace lagoon::contrastive
