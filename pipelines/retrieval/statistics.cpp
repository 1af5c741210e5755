#include "pipelines/retrieval/statistics.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <vector>

#include "flow/error.hpp"
#include "flow/numerics/sample_moments.hpp"
#include "flow/random.hpp"
#include "flow/scores/bootstrap.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {

Interval wilson_interval(double share, std::int64_t n) {
  assert(n >= 1);
  constexpr double kZ = flow::kNormal975;
  const double trials = static_cast<double>(n);
  const double shrink = 1 + kZ * kZ / trials;
  const double centre = (share + kZ * kZ / (2 * trials)) / shrink;
  const double half =
      kZ / shrink * std::sqrt(share * (1 - share) / trials + kZ * kZ / (4 * trials * trials));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

std::string share_text(double share, std::int64_t n) {
  const Interval interval = wilson_interval(share, n);
  return with_interval(share, interval.low, interval.high);
}

std::string first_places_text(const RecallTable& recall, std::int64_t library_size,
                              std::int64_t n_queries) {
  const auto share = [&](std::size_t direction) {
    return share_text(recall.at(kDirections[direction].key).at(1), n_queries);
  };
  return "the true flow comes first of " + std::to_string(library_size) + " for " + share(0) +
         " of the trajectories, the true trajectory for " + share(1) + " of the flows";
}

double quantile(std::span<const double> values, double q) {
  assert(!values.empty());
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return flow::sorted_quantile(sorted, q);
}

std::string resolve_split(const std::string& split, const datasets::Reader& data) {
  if (split != "auto") return split;
  return data.rows(datasets::Split::test).empty() ? "all" : "test";
}

std::vector<std::int64_t> rows_of_split(const datasets::Reader& data, const std::string& split) {
  auto rows = split == "all" ? data.all_rows() : data.rows(datasets::split_from_string(split));
  require(!rows.empty(), data.path().string() + ": has no flows in its split '" + split +
                             "' (give another --split)");
  return rows;
}

std::vector<std::int64_t> choose_queries(std::int64_t size, std::int64_t n, std::uint64_t seed) {
  std::vector<std::int64_t> positions(static_cast<std::size_t>(size));
  std::iota(positions.begin(), positions.end(), 0);
  if (n == 0 || n >= size) return positions;
  const auto order = flow::random_order(positions.size(), seed, flow::Purpose::query_choice);
  std::copy_n(order.begin(), n, positions.begin());
  positions.resize(static_cast<std::size_t>(n));
  std::sort(positions.begin(), positions.end());
  return positions;
}

std::string too_few_flows(std::int64_t size, std::int64_t n) {
  if (n <= size) return "";
  return "--queries " + std::to_string(n) + ": the split holds " + std::to_string(size) +
         " flows, and all of them are asked for";
}

}  // namespace lagoon::pipelines
