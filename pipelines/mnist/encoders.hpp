#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "contrastive/training/digit_encoders.hpp"
#include "pipelines/mnist/options.hpp"
#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {

/// The losses that [BST] 6.2 compares. lambda_u weighs image given label, so that the cross-entropy
/// of a classifier is (0, 2); the print has (2, 0) and (0, 2) the other way round.
struct DigitLoss {
  const char* key;    ///< in JSON and in names of files
  const char* title;  ///< on the page
  double lambda_u;
  double lambda_v;
};
inline constexpr std::array<DigitLoss, 3> kDigitLosses = {{
    {"label_given_image", "label given image", 0, 2},
    {"image_given_label", "image given label", 2, 0},
    {"two_sided", "two-sided", 1, 1},
}};

/// Digits from this one on are those that the last encoder never sees.
inline constexpr std::int64_t kFirstHeldOut = 7;

/// The images of labels below `n_labels`.
datasets::Digits with_labels_below(const datasets::Digits& digits, std::int64_t n_labels);

/// The first n images; all of them for n = 0.
datasets::Digits first_digits(datasets::Digits digits, std::int64_t n);

/// Trains one encoder a loss, and, by label given image, one that never sees the digits from
/// kFirstHeldOut on. The weights of each are in OUT/checkpoint/NAME.safetensors as soon as it is
/// trained; the mean loss of every few steps is a line of metrics.jsonl.
class EncoderStages {
 public:
  /// Throws Error if there are too few images for a batch.
  EncoderStages(const MnistOptions& options, const datasets::Digits& train);

  std::int64_t total_steps() const;

  /// Steps of those stages, from the first on, whose weights are there.
  std::int64_t saved_steps() const;

  /// Loads the stages that are there and trains the others, saving each. False: a signal stopped
  /// it. Throws Error for weights of other images or of another training.
  bool run(RunFolder& folder);

  /// Encoders of kDigitLosses, and the one of few digits.
  const contrastive::DigitEncoder& of_loss(std::size_t i) const { return encoders_.at(i); }
  const contrastive::DigitEncoder& of_few_digits() const { return encoders_.back(); }

 private:
  struct Stage {
    std::string name;
    DigitLoss loss;
    std::int64_t n_labels;
    const datasets::Digits* digits;
    std::int64_t steps;
    std::string provenance;
  };
  void add(const std::string& name, const DigitLoss& loss, std::int64_t n_labels,
           const datasets::Digits& digits);
  std::filesystem::path weights(const Stage& stage) const;
  bool train(const Stage& stage, std::int64_t steps_before, RunFolder& folder);

  MnistOptions options_;
  datasets::Digits few_digits_;
  std::vector<Stage> stages_;
  std::vector<contrastive::DigitEncoder> encoders_;
};

}  // namespace lagoon::pipelines
