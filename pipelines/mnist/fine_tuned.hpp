#pragma once

#include <cstdint>
#include <vector>

#include "contrastive/training/digit_encoders.hpp"

namespace lagoon::pipelines {

/// A classifier of ten labels on a frozen encoder.
struct FineTunedScore {
  std::int64_t pairs = 0;     ///< images with labels that (G, F) were fitted to
  double accuracy = 0;        ///< on all test images
  double accuracy_known = 0;  ///< on the labels that the encoder was trained on
  double accuracy_new = 0;    ///< on those that it was not
};

/// One layer of the encoder as features.
struct LayerScores {
  std::vector<FineTunedScore> curve;   ///< over the number of pairs, ascending
  FineTunedScore fine_tuned;           ///< at the number of pairs asked for
  FineTunedScore logistic_regression;  ///< all training images, no ridge
};

/// An encoder that never saw some digits, made a classifier of all ten by fine-tuning (G, F) with
/// the encoder frozen ([BST] 4.2, (34) corrected).
struct FineTuningStudy {
  LayerScores penultimate;  ///< on the last hidden layer
  LayerScores logits;       ///< on the outputs, one for each digit that it saw
};

/// Fits to the first `pairs` training images (at most all), by the ridge kFineTuningRidge.
FineTuningStudy study_fine_tuning(const contrastive::DigitEncoder& encoder,
                                  const datasets::Digits& train, const datasets::Digits& test,
                                  std::int64_t pairs);

/// Without it thousands of pairs are separated by a hyperplane in 84 dimensions, and the weights
/// run away: 1e-3 and 1e-2 serve equally, from 500 pairs on.
inline constexpr double kFineTuningRidge = 1e-3;

}  // namespace lagoon::pipelines
