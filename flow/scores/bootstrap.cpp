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
    const double place = uniform(key, static_cast<std::uint32_t>(i));
    counts[std::min(static_cast<Eigen::Index>(place * static_cast<double>(n_rows)), n_rows - 1)]++;
  }
  return counts;
}

/// Linear between sorted values.
double sorted_quantile(const std::vector<double>& sorted, double probability) {
  const double place = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

}  // namespace

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
