#include "contrastive/diagnostics/rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

constexpr std::int64_t kGroups = 10;

Embeddings without_group(const Embeddings& embeddings, std::int64_t group) {
  std::vector<std::int64_t> others;
  for (std::int64_t i = 0; i < embeddings.n; ++i) {
    if (i % kGroups != group) others.push_back(i);
  }
  return rows_at(embeddings, others);
}

}  // namespace

RowMatrix unit_rows(const Embeddings& embeddings) {
  RowMatrix rows = as_matrix(embeddings);
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    const double length = rows.row(i).cast<double>().norm();
    if (!(length > 0) || !std::isfinite(length)) {
      throw Error("embedding " + std::to_string(i) + " has length " + std::to_string(length) +
                  " and no direction (leave it out)");
    }
    rows.row(i) /= static_cast<float>(length);
  }
  return rows;
}

Embeddings thin(const Embeddings& embeddings, std::int64_t n) {
  if (embeddings.n <= n) return embeddings;
  std::vector<std::int64_t> kept;
  for (std::int64_t i = 0; i < n; ++i) kept.push_back(i * embeddings.n / n);
  return rows_at(embeddings, kept);
}

Estimate jackknife(const Embeddings& embeddings,
                   const std::function<double(const Embeddings&)>& statistic) {
  require(embeddings.n >= 2 * kGroups,
          std::to_string(embeddings.n) + " embeddings are too few for an error: give 20 or more");
  std::array<double, kGroups> left_out{};
  double mean = 0;
  for (std::int64_t g = 0; g < kGroups; ++g) {
    left_out[g] = statistic(without_group(embeddings, g));
    mean += left_out[g] / kGroups;
  }
  double sum = 0;
  for (const double value : left_out) sum += (value - mean) * (value - mean);
  return {statistic(embeddings), std::sqrt(sum * (kGroups - 1) / kGroups)};
}

Estimate mean_of(const Eigen::Ref<const Eigen::ArrayXd>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = values.mean();
  const double variance = (values - mean).square().sum() / std::max(1.0, n - 1);
  return {mean, std::sqrt(variance / n)};
}

}  // namespace lagoon::contrastive
