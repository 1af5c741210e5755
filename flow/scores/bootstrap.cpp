#include "flow/scores/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "flow/error.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {
namespace {

/// How often each row is drawn in a resample.
Eigen::VectorXd draw_counts(Eigen::Index n_rows, const DrawKey& key) {
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(n_rows);
  for (Eigen::Index i = 0; i < n_rows; ++i) {
    const std::size_t row =
        uniform_index(key, static_cast<std::uint32_t>(i), static_cast<std::size_t>(n_rows));
    ++counts[static_cast<Eigen::Index>(row)];
  }
  return counts;
}

/// Of sorted values, each as often as its count: the middle one, or the mean of the two.
double counted_median(const std::vector<double>& sorted, const Eigen::VectorXd& counts) {
  const double middle = counts.sum() / 2;
  double below = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    below += counts[static_cast<Eigen::Index>(i)];
    if (below > middle) return sorted[i];
    if (below < middle) continue;
    std::size_t next = i + 1;
    while (counts[static_cast<Eigen::Index>(next)] == 0) ++next;
    return (sorted[i] + sorted[next]) / 2;
  }
  return sorted.back();
}

}  // namespace

double sorted_quantile(const std::vector<double>& sorted, double probability) {
  const double place = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

Estimate estimate_median(const std::vector<double>& values, std::uint64_t seed, int resamples) {
  require(!values.empty(), "no query was scored: there is no median");
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  if (std::ranges::any_of(values, [](double value) { return std::isnan(value); })) {
    return {kNan, kNan, kNan};
  }
  std::vector<double> sorted = values;
  std::ranges::sort(sorted);
  const auto n = static_cast<Eigen::Index>(sorted.size());
  std::vector<double> medians;
  for (int r = 0; r < resamples; ++r) {
    const DrawKey key = {seed, Purpose::bootstrap_draw, static_cast<std::uint64_t>(r)};
    medians.push_back(counted_median(sorted, draw_counts(n, key)));
  }
  std::ranges::sort(medians);
  return {counted_median(sorted, Eigen::VectorXd::Ones(n)), sorted_quantile(medians, 0.025),
          sorted_quantile(medians, 0.975)};
}

Statistic mean_of(Eigen::Index column) {
  return [=](const Eigen::VectorXd& means) { return means[column]; };
}

Statistic ratio_of_means(Eigen::Index column, Eigen::Index by_column) {
  return [=](const Eigen::VectorXd& means) { return means[column] / means[by_column]; };
}

Statistic root_ratio_of_means(Eigen::Index column, Eigen::Index by_column) {
  return [=](const Eigen::VectorXd& means) { return std::sqrt(means[column] / means[by_column]); };
}

Bootstrap::Bootstrap(const Eigen::MatrixXd& rows, std::uint64_t seed, int resamples)
    : resampled_means_(rows.cols(), resamples) {
  require(rows.rows() > 0, "no query was scored: there is nothing to resample");
  means_ = rows.colwise().mean().transpose();
  for (int r = 0; r < resamples; ++r) {
    const DrawKey key = {seed, Purpose::bootstrap_draw, static_cast<std::uint64_t>(r)};
    const Eigen::VectorXd counts = draw_counts(rows.rows(), key);
    resampled_means_.col(r) = rows.transpose() * counts / static_cast<double>(rows.rows());
  }
}

Estimate Bootstrap::estimate(const Statistic& statistic) const {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> values;
  for (Eigen::Index r = 0; r < resampled_means_.cols(); ++r) {
    const double value = statistic(resampled_means_.col(r));
    if (std::isfinite(value)) values.push_back(value);
  }
  const double value = statistic(means_);
  if (!std::isfinite(value) || values.empty()) return {kNan, kNan, kNan};
  std::sort(values.begin(), values.end());
  return {value, sorted_quantile(values, 0.025), sorted_quantile(values, 0.975)};
}

}  // namespace lagoon::flow
