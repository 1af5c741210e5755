#include "contrastive/inference/classifier.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "contrastive/inference/log_weights.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

void require_labels(std::size_t n, std::int64_t n_labels, const std::string& what) {
  require(static_cast<std::int64_t>(n) == n_labels, "there are " + std::to_string(n) + " " + what +
                                                        " and " + std::to_string(n_labels) +
                                                        " labels: give one each");
}

}  // namespace

LabelScores with_prior(LabelScores scores, std::span<const double> prior) {
  require_labels(prior.size(), scores.n_labels, "prior weights");
  double largest = 0;
  for (const double weight : prior) {
    require(weight >= 0 && std::isfinite(weight),
            "a prior weight is " + std::to_string(weight) + ": it must be finite, not negative");
    largest = std::max(largest, weight);
  }
  require(largest > 0, "the prior weights are all 0: give one above");
  for (std::size_t i = 0; i < scores.values.size(); ++i)
    scores.values[i] += std::log(prior[i % prior.size()]);
  return scores;
}

std::vector<double> label_shares(std::span<const std::int64_t> labels, std::int64_t n_labels) {
  require(!labels.empty(), "there are no labels to take shares of: give at least one");
  std::vector<double> shares(n_labels);
  for (const std::int64_t label : labels) {
    if (label < 0 || label >= n_labels)
      throw Error("label " + std::to_string(label) + " is outside 0 to " +
                  std::to_string(n_labels - 1));
    shares[label] += 1;
  }
  for (double& share : shares) share /= static_cast<double>(labels.size());
  return shares;
}

std::vector<double> label_normalizers(const LabelScores& reference) {
  require(reference.n > 0, "there are no reference queries: give at least one");
  std::vector<double> normalizers(reference.n_labels);
  std::vector<double> column(static_cast<std::size_t>(reference.n));
  for (std::int64_t v = 0; v < reference.n_labels; ++v) {
    for (std::int64_t i = 0; i < reference.n; ++i) column[i] = reference.row(i)[v];
    normalizers[v] = log_mean_exp(column);
  }
  return normalizers;
}

LabelScores recalibrated(LabelScores scores, std::span<const double> normalizers) {
  require_labels(normalizers.size(), scores.n_labels, "normalizers");
  for (std::size_t i = 0; i < scores.values.size(); ++i)
    scores.values[i] -= normalizers[i % normalizers.size()];
  return scores;
}

Classification classify(const LabelScores& scores) {
  Classification result;
  result.labels.reserve(scores.n);
  result.probabilities.reserve(scores.values.size());
  for (std::int64_t i = 0; i < scores.n; ++i) {
    const std::span<const double> row = scores.row(i);
    const auto best = std::max_element(row.begin(), row.end());
    const std::vector<double> probabilities = softmax({row.begin(), row.end()});
    result.probabilities.insert(result.probabilities.end(), probabilities.begin(),
                                probabilities.end());
    result.labels.push_back(best - row.begin());
  }
  return result;
}

double accuracy(std::span<const std::int64_t> found, std::span<const std::int64_t> truth) {
  require(found.size() == truth.size() && !found.empty(),
          "there are " + std::to_string(found.size()) + " labels found and " +
              std::to_string(truth.size()) + " true ones: give as many, at least one");
  std::int64_t right = 0;
  for (std::size_t i = 0; i < found.size(); ++i) right += found[i] == truth[i];
  return static_cast<double>(right) / static_cast<double>(found.size());
}

}  // namespace lagoon::contrastive
