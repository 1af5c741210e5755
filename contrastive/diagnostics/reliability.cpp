#include "contrastive/diagnostics/reliability.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "flow/error.hpp"
#include "flow/random.hpp"

namespace lagoon::contrastive {
namespace {

/// Queries in order of confidence, cut into bins of equal counts.
class Bins {
 public:
  explicit Bins(const std::vector<double>& confidence) : order_(confidence.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::ranges::stable_sort(order_, {}, [&](std::size_t q) { return confidence[q]; });
    n_bins_ = std::clamp<std::size_t>(order_.size() / 10, 1, 10);
  }

  std::size_t size() const { return n_bins_; }

  std::span<const std::size_t> queries(std::size_t bin) const {
    const std::size_t first = bin * order_.size() / n_bins_;
    return std::span(order_).subspan(first, (bin + 1) * order_.size() / n_bins_ - first);
  }

 private:
  std::vector<std::size_t> order_;
  std::size_t n_bins_ = 1;
};

ReliabilityBin bin_of(std::span<const std::size_t> queries, const std::vector<double>& confidence,
                      const std::vector<bool>& right) {
  const auto n = static_cast<double>(queries.size());
  double said = 0, came_true = 0;
  for (const std::size_t q : queries) {
    said += confidence[q] / n;
    came_true += right[q] / n;
  }
  const double error = std::sqrt(came_true * (1 - came_true) / n);
  return {static_cast<std::int64_t>(queries.size()), said, {came_true, error}};
}

double calibration_error(const Bins& bins, const std::vector<double>& confidence,
                         const std::vector<bool>& right) {
  double sum = 0;
  for (std::size_t b = 0; b < bins.size(); ++b) {
    const auto bin = bin_of(bins.queries(b), confidence, right);
    sum += static_cast<double>(bin.n) * std::abs(bin.accuracy.value - bin.confidence);
  }
  return sum / static_cast<double>(confidence.size());
}

std::vector<bool> calibrated_answers(const std::vector<double>& confidence, std::uint64_t seed,
                                     int simulation) {
  const flow::DrawKey key{seed, flow::Purpose::score_draw, static_cast<std::uint64_t>(simulation)};
  std::vector<bool> right(confidence.size());
  for (std::size_t q = 0; q < right.size(); ++q) {
    right[q] = flow::uniform(key, static_cast<std::uint32_t>(q)) < confidence[q];
  }
  return right;
}

Estimate brier_score(const std::vector<double>& confidence, const std::vector<bool>& right) {
  Eigen::ArrayXd squares(static_cast<Eigen::Index>(confidence.size()));
  for (std::size_t q = 0; q < confidence.size(); ++q) {
    squares[static_cast<Eigen::Index>(q)] = std::pow(confidence[q] - right[q], 2);
  }
  return mean_of(squares);
}

}  // namespace

Reliability measure_reliability(const std::vector<double>& confidence,
                                const std::vector<bool>& right, int simulations,
                                std::uint64_t seed) {
  require(!confidence.empty() && confidence.size() == right.size(),
          "calibration needs queries, each with a confidence and an outcome");
  const Bins bins(confidence);
  Reliability result;
  for (std::size_t b = 0; b < bins.size(); ++b) {
    result.bins.push_back(bin_of(bins.queries(b), confidence, right));
  }
  result.expected_error = calibration_error(bins, confidence, right);
  int as_far = 0;
  for (int s = 0; s < simulations; ++s) {
    const auto answers = calibrated_answers(confidence, seed, s);
    const double error = calibration_error(bins, confidence, answers);
    as_far += error >= result.expected_error;
    result.if_calibrated += error / simulations;
  }
  result.p_value = (1.0 + as_far) / (1.0 + simulations);
  result.brier = brier_score(confidence, right);
  return result;
}

}  // namespace lagoon::contrastive
