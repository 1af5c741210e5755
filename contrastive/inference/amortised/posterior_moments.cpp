#include "contrastive/inference/amortised/posterior_moments.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "contrastive/inference/amortised/kernel.hpp"
#include "contrastive/inference/posterior.hpp"
#include "contrastive/threads.hpp"
#include "flow/assimilation/library/weights.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using amortised::kPanel;
using amortised::kTogether;
using amortised::Weighing;

void require_library(const Embeddings& queries, const RoundedLibrary& library, double temperature,
                     const MemberValues& values) {
  const std::int64_t dim = library.exact().dim;
  require(library.size() == values.size(), "the library has " + std::to_string(library.size()) +
                                               " members and there are values of " +
                                               std::to_string(values.size()) +
                                               ": give one row each");
  require(temperature > 0,
          "temperature is " + std::to_string(temperature) + ": it must be above 0");
  require(queries.dim == dim, "the queries have dimension " + std::to_string(queries.dim) +
                                  ", the library " + std::to_string(dim) +
                                  ": embed both with the same encoders");
}

constexpr const char* kTooLong =
    "the scores of a query are no numbers: the encoders gave embeddings that are too long";

/// Where rounding may change a log_rho by more, rounded scores decide nothing.
constexpr float kMostDoubt = 8;

amortised::Reach reach_of(std::int64_t n_members) {
  const double n = static_cast<double>(n_members);
  return {static_cast<float>(std::log(n / kLeftOutOfSums)), kLight / n};
}

double mixed_inner_product(std::span<const float> row, std::span<const double> mean) {
  double sum = 0;
  for (std::size_t k = 0; k < row.size(); ++k) sum += row[k] * mean[k];
  return sum;
}

/// Some queries, rounded, and what they weigh.
class Batch {
 public:
  /// Those from `first` on, n of them.
  Batch(const Embeddings& queries, std::int64_t first, std::int64_t n,
        const RoundedLibrary& library, double temperature, const MemberValues& values)
      : n_dims_(static_cast<std::size_t>(RoundedLibrary::rounded_dims(queries.dim))),
        rounded_(static_cast<std::size_t>(n + kTogether) * n_dims_),
        moments_(n, 2 * values.stride()),
        weighings_(static_cast<std::size_t>(n)) {
    for (std::int64_t i = 0; i < n; ++i) {
      auto& weighing = weighings_[static_cast<std::size_t>(i)];
      const auto row = queries.row(first + i);
      weighing.exact = row.data();
      weighing.inverse_temperature = 1 / temperature;
      weighing.first_moment = moments_.row(i).data();
      weighing.second_moment = weighing.first_moment + values.stride();
      round(row, library, rounded_.data() + static_cast<std::size_t>(i) * n_dims_, weighing);
    }
  }

  std::span<Weighing> weighings() { return weighings_; }

 private:
  /// As the library's embeddings are, and what that is worth in log_rho.
  static void round(std::span<const float> row, const RoundedLibrary& library, std::int16_t* to,
                    Weighing& weighing) {
    constexpr double kUnit = 1 / RoundedLibrary::kLongest;
    const double length = std::sqrt(inner_product(row, row));
    for (std::size_t k = 0; k < row.size(); ++k) {
      to[k] = static_cast<std::int16_t>(std::nearbyint(length > 0 ? row[k] / (kUnit * length) : 0));
    }
    const double largest = weighing.inverse_temperature * length * library.longest();
    weighing.rounded = to;
    weighing.scale = static_cast<float>(largest * kUnit * kUnit);
    weighing.centre = weighing.inverse_temperature * mixed_inner_product(row, library.mean());
    require(largest + std::abs(weighing.centre) < std::numeric_limits<float>::max(), kTooLong);
    // Half a unit in each dimension of either row, and a hundredth for sums in single precision.
    const double doubt = 1.01 * largest * kUnit * std::sqrt(static_cast<double>(row.size()));
    weighing.doubt = static_cast<float>(doubt);
    weighing.log_doubtful =
        static_cast<float>(std::min(0.0, std::log(kRoundedShare / std::expm1(doubt))));
  }

  std::size_t n_dims_;
  std::vector<std::int16_t> rounded_;
  MemberValues moments_;
  std::vector<Weighing> weighings_;
};

PosteriorMoments moments_of(const Weighing& weighing, std::int64_t columns) {
  PosteriorMoments result;
  result.log_normalizer =
      std::log(weighing.sum) + static_cast<double>(weighing.shift) + weighing.centre;
  result.effective_sample_size = weighing.sum * weighing.sum / weighing.squares;
  result.top = weighing.top;
  result.left_out = std::abs(1 - weighing.kept / weighing.sum);
  require(std::isfinite(result.log_normalizer) && std::isfinite(result.effective_sample_size),
          kTooLong);
  for (std::int64_t c = 0; c < columns; ++c) {
    const double mean = weighing.first_moment[c] / weighing.kept;
    const double variance = weighing.second_moment[c] / weighing.kept - mean * mean;
    result.mean.push_back(static_cast<float>(mean));
    result.spread.push_back(static_cast<float>(std::sqrt(std::max(0.0, variance))));
  }
  return result;
}

/// By a whole row of weights in double precision, for a query that rounded scores say little of.
PosteriorMoments moments_of_row(std::span<const float> query, const Embeddings& library,
                                double temperature, const MemberValues& values) {
  const Posterior all = posterior(query, library, temperature);
  const auto top = std::ranges::max_element(all.weights) - all.weights.begin();
  PosteriorMoments result;
  result.top = top;
  result.log_normalizer = inner_product(query, library.row(top)) / temperature -
                          std::log(all.weights[static_cast<std::size_t>(top)]);
  result.effective_sample_size = all.effective_sample_size;
  using Values = Eigen::Map<const Eigen::MatrixXf, 0, Eigen::OuterStride<>>;
  const Values columns(values.from(0), values.columns(), library.n,
                       Eigen::OuterStride<>(values.stride()));
  const auto moments = flow::weighted_moments(
      columns.cast<double>(),
      Eigen::Map<const Eigen::VectorXd>(all.weights.data(), static_cast<Eigen::Index>(library.n)));
  for (const double mean : moments.mean) result.mean.push_back(static_cast<float>(mean));
  for (const double spread : moments.spread) result.spread.push_back(static_cast<float>(spread));
  return result;
}

/// Queries of a batch: all threads get some, and a batch stays in the second cache.
std::int64_t batch_size(std::int64_t n_queries) {
  constexpr std::int64_t kLargest = 256;
  const std::int64_t share = (n_queries + threads() - 1) / threads();
  return std::clamp<std::int64_t>((share + kTogether - 1) / kTogether * kTogether, 1, kLargest);
}

}  // namespace

MemberValues::MemberValues(std::int64_t n, std::int64_t columns)
    : n_(n),
      columns_(columns),
      stride_(simd::whole_lanes(columns)),
      values_(static_cast<std::size_t>(n * stride_ / simd::kLanes)) {}

std::span<float> MemberValues::row(std::int64_t member) {
  return {values_.data()->numbers.data() + member * stride_, static_cast<std::size_t>(columns_)};
}

std::vector<PosteriorMoments> posterior_moments(const Embeddings& queries,
                                                const RoundedLibrary& library, double temperature,
                                                const MemberValues& values) {
  require_library(queries, library, temperature, values);
  require_finite(queries, "the queries");
  const auto& kernel = amortised::chosen_kernel();
  const auto reach = reach_of(library.size());
  std::vector<PosteriorMoments> result(static_cast<std::size_t>(queries.n));
  const std::int64_t size = batch_size(queries.n);
  run_tasks(static_cast<std::size_t>((queries.n + size - 1) / size), [&](std::size_t task) {
    const std::int64_t begin = static_cast<std::int64_t>(task) * size;
    const std::int64_t n = std::min(size, queries.n - begin);
    Batch batch(queries, begin, n, library, temperature, values);
    for (std::int64_t first = 0; first < library.size(); first += kPanel) {
      auto panel = library.panel(first);
      panel.values = values.from(first);
      panel.columns = static_cast<int>(values.stride());
      kernel.weigh(panel, reach, batch.weighings().data(), static_cast<int>(n));
    }
    for (std::int64_t i = 0; i < n; ++i) {
      auto& weighing = batch.weighings()[static_cast<std::size_t>(i)];
      kernel.finish(weighing);
      result[static_cast<std::size_t>(begin + i)] =
          weighing.doubt < kMostDoubt
              ? moments_of(weighing, values.columns())
              : moments_of_row(queries.row(begin + i), library.exact(), temperature, values);
    }
  });
  return result;
}

}  // namespace lagoon::contrastive
