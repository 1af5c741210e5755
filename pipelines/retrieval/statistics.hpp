#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "datasets/reader.hpp"
#include "pipelines/retrieval/recall.hpp"

namespace lagoon::pipelines {

/// The bounds of an interval.
struct Interval {
  double low = 0;
  double high = 0;
};

/// Wilson's 95% interval for a share observed in n independent trials (Wilson 1927): stays within
/// [0, 1] and is honest near 0 and 1. n >= 1.
Interval wilson_interval(double share, std::int64_t n);

/// "0.953 (0.946 to 0.959)": a share observed in n trials and that interval.
std::string share_text(double share, std::int64_t n);

/// "the true flow comes first of 2048 for 0.953 (0.946 to 0.959) of the trajectories, the true
/// trajectory for ... of the flows": recall@1 of n_queries each way.
std::string first_places_text(const RecallTable& recall, std::int64_t library_size,
                              std::int64_t n_queries);

/// Quantile q in [0, 1] by linear interpolation between order statistics. `values` is not empty.
double quantile(std::span<const double> values, double q);

/// Of auto: test where the data have test flows, else all; others as they are.
std::string resolve_split(const std::string& split, const datasets::Reader& data);

/// Rows of a resolved split, train | validation | test | all. Throws Error if there are none.
std::vector<std::int64_t> rows_of_split(const datasets::Reader& data, const std::string& split);

/// n of the positions 0 .. size - 1, ascending, by counter-based draws from `seed` (all of them if
/// n is 0 or not below size). The choice of n is part of that of n + 1.
std::vector<std::int64_t> choose_queries(std::int64_t size, std::int64_t n, std::uint64_t seed);

/// A warning that there are fewer than n of them, or "".
std::string too_few_flows(std::int64_t size, std::int64_t n);

}  // namespace lagoon::pipelines
