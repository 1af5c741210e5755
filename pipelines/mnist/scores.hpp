#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "contrastive/inference/classifier.hpp"
#include "contrastive/inference/sampling.hpp"
#include "contrastive/training/digit_encoders.hpp"
#include "pipelines/mnist/encoders.hpp"

namespace lagoon::pipelines {

/// Images drawn given a label, on the page and in the scores.
inline constexpr std::int64_t kDrawnImages = 16;

/// The conditional loss on all pairs at once: rows of `scores` are images, and the normalisers are
/// those of the population, the sum over labels weighted by `shares` and the mean over all images,
/// which a batch only estimates. Its least value, of a classifier that is always right and
/// calibrated, is -H(pi).
double full_sum_loss(const contrastive::LabelScores& scores, std::span<const std::int64_t> labels,
                     std::span<const double> shares, double lambda_u, double lambda_v);

/// H(pi) of label shares, in nats.
double entropy(std::span<const double> shares);

/// What one encoder is worth.
struct LossScores {
  double loss = 0;                   ///< full_sum_loss on the training images
  double test_loss = 0;              ///< and on the test images
  double accuracy = 0;               ///< on the test images
  double accuracy_uncalibrated = 0;  ///< without the recalibration; see score_encoder()
  double mean_entropy = 0;           ///< of a label given a test image, nats
  contrastive::Classification test;  ///< posteriors of the test images
  std::vector<contrastive::ConditionalSample> samples;  ///< of test images given each label
};

/// Labels are p(v|u) proportional to pi_v exp z_v(u), pi the labels' shares in training. A loss for
/// image given label alone does not see a bias of each label: there, z_v is first recalibrated to
/// z_v - log mean_i exp z_v(u_i) over the training images. Samples given label v are drawn from the
/// test images with weights softmax_i z_v(u_i), whatever their labels are.
LossScores score_encoder(const contrastive::DigitEncoder& encoder, const DigitLoss& loss,
                         const datasets::Digits& train, const datasets::Digits& test,
                         std::uint64_t seed);

/// Test images of each label.
std::vector<std::int64_t> label_counts(const datasets::Digits& digits);

/// "11.3", "948": three figures, or all before the point.
std::string size_text(double effective_sample_size);

/// The mean effective sample size of the labels.
double mean_effective_sample_size(const LossScores& scores);

/// The `count` test images that the encoders are least sure about: the largest mean entropy of the
/// label over the encoders.
std::vector<std::int64_t> most_ambiguous(std::span<const LossScores> all, std::size_t count);

}  // namespace lagoon::pipelines
