#include "pipelines/assimilation/scores/method_result.hpp"

#include <numeric>

namespace lagoon::pipelines {
namespace {

/// Of the rows, one a query, that of_query(record) gives (columns).
template <class OfQuery>
flow::Bootstrap bootstrap_of(std::span<const QueryRecord> records, std::uint64_t seed,
                             Eigen::Index columns, const OfQuery& of_query) {
  Eigen::MatrixXd rows(static_cast<Eigen::Index>(records.size()), columns);
  for (std::size_t i = 0; i < records.size(); ++i) {
    rows.row(static_cast<Eigen::Index>(i)) = of_query(records[i]).transpose();
  }
  return flow::Bootstrap(rows, seed);
}

std::vector<flow::Estimate> means_of(const flow::Bootstrap& bootstrap, Eigen::Index columns) {
  std::vector<flow::Estimate> estimates;
  for (Eigen::Index j = 0; j < columns; ++j) {
    estimates.push_back(bootstrap.estimate(flow::mean_of(j)));
  }
  return estimates;
}

/// (time) of each query, as means.
template <class Curve>
std::vector<flow::Estimate> curve_of(std::span<const QueryRecord> records, std::uint64_t seed,
                                     const Curve& curve) {
  const auto of_query = [&](const QueryRecord& record) -> Eigen::VectorXd {
    return curve(*record.forecast);
  };
  return means_of(bootstrap_of(records, seed, flow::kForecastTimes, of_query),
                  flow::kForecastTimes);
}

ForecastResult gather_forecasts(std::span<const QueryRecord> records, std::uint64_t seed) {
  const auto bootstrap = bootstrap_of(records, seed, 4, [](const QueryRecord& record) {
    const auto& f = *record.forecast;
    return Eigen::Vector4d(f.error, f.error_of_draws, f.variance, f.squared_error);
  });
  using Scores = const flow::ForecastScores&;
  constexpr Eigen::Index kLast = flow::kForecastTimes - 1;
  return {
      bootstrap.estimate(flow::mean_of(0)),
      bootstrap.estimate(flow::mean_of(1)),
      bootstrap.estimate(flow::root_ratio_of_means(2, 3)),
      curve_of(records, seed, [](Scores f) { return f.separation / f.persistence[kLast]; }),
      curve_of(records, seed, [](Scores f) { return f.persistence / f.persistence[kLast]; }),
      curve_of(records, seed, [](Scores f) { return f.separation.cwiseQuotient(f.persistence); })};
}

}  // namespace

std::vector<const MethodResult*> existing(const std::vector<MethodResult>& results) {
  std::vector<const MethodResult*> found;
  for (const auto& result : results) {
    if (result.reason.empty()) found.push_back(&result);
  }
  return found;
}

double critical_p_value(const flow::SimulationBasedCalibration::Result& ranks) {
  constexpr double kChance = 0.01;
  return kChance / static_cast<double>(ranks.by_functional.size());
}

std::string verdict_of(const flow::SimulationBasedCalibration::Result& ranks) {
  const auto& counts = ranks.by_functional.front().counts;
  const double n_queries = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (n_queries < kFewestForRanks) return kTooFewQueries;
  return ranks.smallest_p_value < critical_p_value(ranks) ? "not calibrated" : "not refuted";
}

void gather(std::span<const QueryRecord> records, double shared_seconds, std::uint64_t seed,
            MethodResult& result) {
  std::vector<flow::QueryScores> scores;
  for (const auto& record : records) scores.push_back(record.scores);
  result.scores = flow::gather_scores(scores, seed);
  const auto bootstrap = bootstrap_of(records, seed, 4, [&](const QueryRecord& r) {
    return Eigen::Vector4d(r.seconds + shared_seconds, r.information, r.divergence, r.discrepancy);
  });
  const auto means = means_of(bootstrap, 4);
  result.seconds_per_query = means[0];
  result.information = means[1];
  result.divergence = means[2];
  result.discrepancy = means[3];
  if (records.front().forecast) result.forecast = gather_forecasts(records, seed);
}

}  // namespace lagoon::pipelines
