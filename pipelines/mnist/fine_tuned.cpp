#include "pipelines/mnist/fine_tuned.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "contrastive/inference/classifier.hpp"
#include "contrastive/inference/fine_tuning.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::Embeddings;
using datasets::Digits;

/// Accuracies no longer change below it; the search of all images ends after some forty steps.
constexpr double kGradientTolerance = 1e-3;

constexpr std::int64_t kCurve[] = {100, 200, 500, 1000, 2000, 5000, 10000, 20000};

/// One layer's features of both splits.
struct Features {
  Embeddings train, test;
};

/// Shares of right answers among test images whose label is below / from `n_known` on, and all.
FineTunedScore score(const contrastive::Classification& found, const Digits& test,
                     std::int64_t n_known) {
  std::int64_t right[2] = {}, all[2] = {};
  for (std::size_t i = 0; i < test.labels.size(); ++i) {
    const int is_new = test.labels[i] >= n_known ? 1 : 0;
    ++all[is_new];
    right[is_new] += found.labels[i] == test.labels[i];
  }
  const auto share = [](std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
  };
  FineTunedScore result;
  result.accuracy = share(right[0] + right[1], all[0] + all[1]);
  result.accuracy_known = share(right[0], all[0]);
  result.accuracy_new = share(right[1], all[1]);
  return result;
}

FineTunedScore fit(const Features& features, const Digits& train, const Digits& test,
                   std::int64_t n_known, std::int64_t pairs, double ridge) {
  const std::int64_t dim = features.train.dim;
  const Embeddings unseen{Digits::kLabels, dim,
                          std::vector<float>(static_cast<std::size_t>(Digits::kLabels * dim))};
  contrastive::FineTuningOptions options;
  options.ridge = ridge;
  options.gradient_tolerance = kGradientTolerance;
  const auto fitted = contrastive::fine_tune(
      contrastive::zero_shot(unseen, /*temperature=*/1), stretch(features.train, 0, pairs),
      std::span(train.labels).first(static_cast<std::size_t>(pairs)), options);
  auto result = score(contrastive::classify(contrastive::label_scores(fitted.model, features.test)),
                      test, n_known);
  result.pairs = pairs;
  return result;
}

LayerScores study_layer(const Features& features, const Digits& train, const Digits& test,
                        std::int64_t n_known, std::int64_t pairs) {
  std::set<std::int64_t> sizes = {std::min(pairs, train.n())};
  std::ranges::copy_if(kCurve, std::inserter(sizes, sizes.end()),
                       [&](std::int64_t n) { return n < train.n(); });
  LayerScores result;
  for (const auto n : sizes) {
    result.curve.push_back(fit(features, train, test, n_known, n, kFineTuningRidge));
    if (n == std::min(pairs, train.n())) result.fine_tuned = result.curve.back();
  }
  result.logistic_regression = fit(features, train, test, n_known, train.n(), /*ridge=*/0);
  return result;
}

}  // namespace

FineTuningStudy study_fine_tuning(const contrastive::DigitEncoder& encoder, const Digits& train,
                                  const Digits& test, std::int64_t pairs) {
  const auto n_known = encoder.n_labels();
  return {study_layer({encoder.penultimate(train.pixels), encoder.penultimate(test.pixels)}, train,
                      test, n_known, pairs),
          study_layer({encoder.logits(train.pixels), encoder.logits(test.pixels)}, train, test,
                      n_known, pairs)};
}

}  // namespace lagoon::pipelines
