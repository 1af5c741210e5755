#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "flow/assimilation/forecast.hpp"
#include "flow/scores/method_scores.hpp"
#include "flow/scores/simulation_based.hpp"

namespace lagoon::pipelines {

inline constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// What is kept of a method's answer to one query; NaN is what it has not.
struct QueryRecord {
  flow::QueryScores scores;
  double seconds = 0;
  double information = kNoNumber;                ///< of normal laws
  double divergence = kNoNumber;                 ///< KL(exact || it), nats, of normal laws
  double discrepancy = kNoNumber;                ///< squared MMD from the exact posterior
  std::optional<flow::ForecastScores> forecast;  ///< none where amplitudes vary
};

/// Forecasts of drifters released elsewhere, relative to how far these go.
struct ForecastResult {
  flow::Estimate error;                     ///< at the last time, by the flow of the mean
  flow::Estimate error_of_draws;            ///< the same of the mean place over draws
  flow::Estimate spread_skill;              ///< of the draws' places
  std::vector<flow::Estimate> separation;   ///< (time) over the truth's displacement at the end
  std::vector<flow::Estimate> persistence;  ///< (time) that of drifters that stay
  std::vector<flow::Estimate> errors;       ///< (time) separation over persistence, time by time
};

/// How one method fared.
struct MethodResult {
  std::string name;
  std::string title;
  std::string reason;  ///< why there are no scores; empty: there are
  flow::MethodScores scores;
  flow::Estimate information;  ///< nats a query, 1/2 log det of the covariance's inverse; NaN of
                               ///< ensembles
  flow::Estimate divergence, discrepancy;  ///< from the exact posterior; NaN where there is none
  std::optional<ForecastResult> forecast;
  flow::Estimate seconds_per_query;  ///< of one thread
  double seconds_once = 0;           ///< of one thread, for any number of queries
  flow::SimulationBasedCalibration::Result ranks;
  std::vector<flow::GaussianPosterior> examples;  ///< of the first queries, mean and covariance
  nlohmann::json more;
};

/// The methods that have scores.
std::vector<const MethodResult*> existing(const std::vector<MethodResult>& results);

/// Calls visit(key, estimate) for every figure of a method that is one number, under the keys of
/// summary.json: the one list that the summary and finished work follow.
template <class AnyResult, class Visitor>
void visit_estimates(AnyResult& result, Visitor&& visit) {
  visit("relative_error", result.scores.relative_error);
  visit("velocity_error", result.scores.velocity_error);
  visit("crps", result.scores.crps);
  visit("energy_score", result.scores.energy_score);
  visit("spread_skill", result.scores.spread_skill);
  visit("effective_sample_size", result.scores.effective_sample_size);
  visit("information", result.information);
  visit("kl_from_exact", result.divergence);
  visit("squared_mmd_from_exact", result.discrepancy);
  visit("seconds_per_query", result.seconds_per_query);
}

/// Functionals of the control vector whose ranks are tested, bins of their histograms, and the
/// queries that a test needs: five a bin, below which chi-squared's law is not that of the table.
inline constexpr int kFunctionals = 24;
inline constexpr int kRankBins = 10;
inline constexpr int kFewestForRanks = 5 * kRankBins;

/// The verdict of ranks that are too few to test.
inline constexpr const char* kTooFewQueries = "too few queries";

/// "not calibrated" (a functional's p-value is below .01 / functionals), "not refuted" or "too few
/// queries".
std::string verdict_of(const flow::SimulationBasedCalibration::Result& ranks);

/// The p-value below which it is "not calibrated".
double critical_p_value(const flow::SimulationBasedCalibration::Result& ranks);

/// Means over the queries, shared_seconds being added to each query's own; fills result's scores,
/// information, distances, forecast and seconds. Throws Error without queries.
void gather(std::span<const QueryRecord> records, double shared_seconds, std::uint64_t seed,
            MethodResult& result);

}  // namespace lagoon::pipelines
