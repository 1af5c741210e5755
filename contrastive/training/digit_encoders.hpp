#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "contrastive/embeddings.hpp"
#include "contrastive/options.hpp"
#include "datasets/digits/mnist.hpp"

namespace lagoon::contrastive {

/// Where training is.
struct DigitStep {
  std::int64_t step = 0;  ///< steps done
  std::int64_t total_steps = 0;
  double loss = 0;  ///< of the step's batch
};

/// The encoder of images of [BST] 6.2, a LeNet whose outputs z(u) are log_rho(u, v) of each label
/// v: the tilting is the inner product with the labels' unit vectors at temperature 1, nothing is
/// normalised. This header needs no LibTorch.
class DigitEncoder {
 public:
  /// Trains one of `n_labels` outputs by the loss options.objective on pairs of an image (u) and
  /// its label (v). (lambda_u, lambda_v) = (0, 2) is label given image, (2, 0) image given label,
  /// (1, 1) both; [BST] 6.2 has the first two the other way round, against its own Optimization
  /// Problem 3.4. Equal labels of a batch are equal columns, so an image's normaliser is the sum
  /// over labels weighted by their share, and (0, 2) is the cross-entropy of z + log pi, less
  /// H(pi). Initial weights and batches are a function of options.seed, the bits the same on any
  /// number of threads. Gives nothing if `after_step`, called after every step, says stop (true).
  /// Throws Error for options that cannot be, labels from n_labels on, fewer images than a batch, a
  /// loss that is not finite, and what LibTorch refuses.
  static std::optional<DigitEncoder> train(const datasets::Digits& digits, std::int64_t n_labels,
                                           const TrainingOptions& options,
                                           const std::function<bool(const DigitStep&)>& after_step);

  DigitEncoder(DigitEncoder&&) noexcept;
  DigitEncoder& operator=(DigitEncoder&&) noexcept;
  ~DigitEncoder();

  std::int64_t n_labels() const;

  /// Images (n, 784), bytes -> z(u), (n, label).
  Embeddings logits(std::span<const std::uint8_t> pixels) const;

  /// Images (n, 784), bytes -> the last hidden layer, (n, 84): what a classifier of further labels
  /// is fitted on.
  Embeddings penultimate(std::span<const std::uint8_t> pixels) const;

  /// Writes the weights. `provenance`: what they were trained on, in the caller's words.
  void save(const std::filesystem::path& path, const std::string& provenance) const;

  /// Throws Error if the file is missing, damaged, or of another provenance or number of labels.
  static DigitEncoder load(const std::filesystem::path& path, std::int64_t n_labels,
                           const std::string& provenance);

 private:
  struct State;
  explicit DigitEncoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace lagoon::contrastive
