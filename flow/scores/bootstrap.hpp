#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <Eigen/Core>

namespace lagoon::flow {

/// A figure and its 95% interval.
struct Estimate {
  double value = 0;
  double lower = 0;
  double upper = 0;
};

/// A statistic of the queries as a function of the means of their columns.
using Statistic = std::function<double(const Eigen::VectorXd& means)>;

/// The mean of one column.
Statistic mean_of(Eigen::Index column);
/// mean of one column / mean of another, and its root.
Statistic ratio_of_means(Eigen::Index column, Eigen::Index by_column);
Statistic root_ratio_of_means(Eigen::Index column, Eigen::Index by_column);

/// Quantile of sorted values, of which there is one at least: linear between neighbours.
double sorted_quantile(const std::vector<double>& sorted, double probability);

inline constexpr int kResamples = 2000;

/// The median of the values with the 2.5% and 97.5% quantiles of its resamples, drawn as those of
/// a Bootstrap; NaN where a value is not a number. Throws Error without values.
Estimate estimate_median(const std::vector<double>& values, std::uint64_t seed,
                         int resamples = kResamples);

/// The bootstrap over queries, percentile intervals: rows of (query, column) are drawn with
/// replacement, the same draws for every statistic and column, so that methods scored on the same
/// queries are compared on the same draws. A function of the rows and the seed.
class Bootstrap {
 public:
  /// Throws Error without rows.
  Bootstrap(const Eigen::MatrixXd& rows, std::uint64_t seed, int resamples = kResamples);

  /// The statistic with the 2.5% and 97.5% quantiles of its resamples; NaN where it is not finite.
  Estimate estimate(const Statistic& statistic) const;

 private:
  Eigen::VectorXd means_;            ///< (column)
  Eigen::MatrixXd resampled_means_;  ///< (column, resample)
};

}  // namespace lagoon::flow
