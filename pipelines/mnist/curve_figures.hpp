#pragma once

#include <span>
#include <string>
#include <vector>

#include "datasets/digits/mnist.hpp"
#include "pipelines/figures/figure.hpp"
#include "pipelines/mnist/fine_tuned.hpp"
#include "pipelines/mnist/scores.hpp"

namespace lagoon::pipelines {

/// Effective sample size and different images among those drawn, for each label and loss.
Figure draw_effective_sample_sizes(const FigureFolder& folder, const datasets::Digits& test,
                                   std::span<const LossScores> all);

/// Test images by the label that they have and the label that they are given, a panel a loss.
Figure draw_confusions(const FigureFolder& folder, const datasets::Digits& test,
                       std::span<const LossScores> all);

/// Accuracy over the number of fine-tuning pairs, by layer.
Figure draw_fine_tuning(const FigureFolder& folder, const FineTuningStudy& study);

/// A line of metrics.jsonl, as EncoderStages writes it.
struct DigitLossPoint {
  std::string encoder;
  std::int64_t step = 0;  ///< of this encoder
  double seconds = 0;     ///< since its training began
  double loss = 0;
};

/// The loss above the least that it can be, -H(pi), for kDigitLosses. `least` is -H(pi).
Figure draw_losses(const FigureFolder& folder, const std::vector<DigitLossPoint>& points,
                   double least);

}  // namespace lagoon::pipelines
