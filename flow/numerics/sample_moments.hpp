#pragma once

#include <span>
#include <vector>

namespace lagoon::flow {

/// The standard normal law's quantile of 97.5%: standard errors of a two-sided 95% interval.
inline constexpr double kNormal975 = 1.959963984540054;

/// n values by their mean and the sum of their squared departures from it.
struct SampleMoments {
  double n = 0;
  double mean = 0;
  double squares = 0;

  /// Mean squared departure, of the values themselves.
  double variance() const { return squares / n; }
  /// Standard error of the mean, from the sample's variance, squares / (n - 1). n >= 2.
  double standard_error() const;
};

/// Of one value at least; added up in their order.
SampleMoments sample_moments(std::span<const double> values);

/// The same mean alone.
double sample_mean(std::span<const double> values);

/// max |value|, and max |a - b|, which is infinite where they are not as many or only one of two is
/// NaN. What is NaN, in both, is left out; 0 of none.
double largest_magnitude(std::span<const double> values);
double largest_difference(std::span<const double> a, std::span<const double> b);

/// The middle one of one value at least, the larger of two.
double sample_median(std::vector<double> values);

}  // namespace lagoon::flow
