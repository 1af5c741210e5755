#include "pipelines/mnist/scores.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "contrastive/inference/fine_tuning.hpp"
#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::Embeddings;
using contrastive::LabelScores;
using datasets::Digits;

/// The labels' embeddings: unit vectors.
Embeddings unit_vectors(std::int64_t n) {
  Embeddings units{n, n, std::vector<float>(static_cast<std::size_t>(n * n))};
  for (std::int64_t v = 0; v < n; ++v) units.values[static_cast<std::size_t>(v * n + v)] = 1;
  return units;
}

LabelScores scores_of(const Embeddings& logits) {
  return contrastive::label_scores(
      contrastive::zero_shot(unit_vectors(logits.dim), /*temperature=*/1), logits);
}

double log_mean_exp(std::span<const double> values, std::span<const double> shares) {
  const double largest = *std::ranges::max_element(values);
  double sum = 0;
  for (std::size_t v = 0; v < values.size(); ++v) sum += shares[v] * std::exp(values[v] - largest);
  return largest + std::log(sum);
}

std::span<const double> probabilities(const contrastive::Classification& found, std::size_t i,
                                      std::size_t n_labels) {
  return std::span(found.probabilities).subspan(i * n_labels, n_labels);
}

double mean_entropy(const contrastive::Classification& found) {
  const std::size_t n = found.labels.size(), n_labels = found.probabilities.size() / n;
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += entropy(probabilities(found, i, n_labels));
  return sum / static_cast<double>(n);
}

/// The posterior over labels and its accuracy.
double classify_test(const LabelScores& scores, std::span<const double> shares, const Digits& test,
                     contrastive::Classification& found) {
  found = contrastive::classify(contrastive::with_prior(scores, shares));
  return contrastive::accuracy(found.labels, test.labels);
}

}  // namespace

double entropy(std::span<const double> shares) {
  double sum = 0;
  for (const double p : shares) sum -= p > 0 ? p * std::log(p) : 0;
  return sum;
}

double full_sum_loss(const LabelScores& scores, std::span<const std::int64_t> labels,
                     std::span<const double> shares, double lambda_u, double lambda_v) {
  const auto over_images = contrastive::label_normalizers(scores);
  double sum = 0;
  for (std::int64_t i = 0; i < scores.n; ++i) {
    const auto row = scores.row(i);
    const auto label = static_cast<std::size_t>(labels[static_cast<std::size_t>(i)]);
    sum += lambda_u / 2 * (row[label] - over_images[label]) +
           lambda_v / 2 * (row[label] - log_mean_exp(row, shares));
  }
  return -sum / static_cast<double>(scores.n);
}

LossScores score_encoder(const contrastive::DigitEncoder& encoder, const DigitLoss& loss,
                         const Digits& train, const Digits& test, std::uint64_t seed) {
  const LabelScores on_train = scores_of(encoder.logits(train.pixels));
  const Embeddings library = encoder.logits(test.pixels);
  const LabelScores on_test = scores_of(library);
  const auto shares = contrastive::label_shares(train.labels, Digits::kLabels);
  LossScores result;
  result.loss = full_sum_loss(on_train, train.labels, shares, loss.lambda_u, loss.lambda_v);
  result.test_loss = full_sum_loss(on_test, test.labels, shares, loss.lambda_u, loss.lambda_v);
  result.accuracy_uncalibrated = classify_test(on_test, shares, test, result.test);
  result.accuracy = result.accuracy_uncalibrated;
  if (loss.lambda_v == 0) {
    const auto calibrated =
        contrastive::recalibrated(on_test, contrastive::label_normalizers(on_train));
    result.accuracy = classify_test(calibrated, shares, test, result.test);
  }
  result.mean_entropy = mean_entropy(result.test);
  const Embeddings labels = unit_vectors(Digits::kLabels);
  for (std::int64_t v = 0; v < labels.n; ++v) {
    const flow::DrawKey key{seed, flow::Purpose::library_draw, static_cast<std::uint64_t>(v)};
    result.samples.push_back(contrastive::sample_conditional(labels.row(v), library,
                                                             /*temperature=*/1, kDrawnImages, key));
  }
  return result;
}

std::vector<std::int64_t> label_counts(const Digits& digits) {
  std::vector<std::int64_t> counts(Digits::kLabels);
  for (const auto label : digits.labels) ++counts[static_cast<std::size_t>(label)];
  return counts;
}

std::string size_text(double effective_sample_size) {
  return effective_sample_size < 100 ? number_text(effective_sample_size, 3)
                                     : std::to_string(std::llround(effective_sample_size));
}

double mean_effective_sample_size(const LossScores& scores) {
  double sum = 0;
  for (const auto& sample : scores.samples) sum += sample.effective_sample_size;
  return sum / static_cast<double>(scores.samples.size());
}

std::vector<std::int64_t> most_ambiguous(std::span<const LossScores> all, std::size_t count) {
  const std::size_t n = all.front().test.labels.size();
  std::vector<double> unsure(n);
  for (const auto& scores : all) {
    for (std::size_t i = 0; i < n; ++i) {
      unsure[i] += entropy(probabilities(scores.test, i, Digits::kLabels));
    }
  }
  std::vector<std::int64_t> images(n);
  std::iota(images.begin(), images.end(), 0);
  const auto end = images.begin() + static_cast<std::ptrdiff_t>(std::min(count, n));
  std::partial_sort(images.begin(), end, images.end(), [&](auto a, auto b) {
    return unsure[static_cast<std::size_t>(a)] > unsure[static_cast<std::size_t>(b)];
  });
  images.erase(end, images.end());
  return images;
}

}  // namespace lagoon::pipelines
