#pragma once

#include <string>
#include <vector>

#include "flow/scores/method_scores.hpp"
#include "flow/scores/simulation_based.hpp"
#include "pipelines/assimilation/methods/method.hpp"

namespace lagoon::pipelines {

/// How one method fared.
struct MethodResult {
  std::string name;
  std::string title;
  std::string reason;  ///< why there are no scores; empty: there are
  flow::MethodScores scores;
  flow::Estimate information;  ///< nats a query, 1/2 log det of the covariance's inverse; NaN of
                               ///< ensembles
  flow::Estimate seconds_per_query;  ///< of one thread
  double seconds_once = 0;           ///< of one thread, for any number of queries
  flow::SimulationBasedCalibration::Result ranks;
  std::vector<flow::Posterior> examples;  ///< of the first queries
  nlohmann::json more;
};

/// Functionals of the control vector whose ranks are tested, bins of their histograms.
inline constexpr int kFunctionals = 24;
inline constexpr int kRankBins = 10;

/// Runs the methods over all queries, one after another, each on all threads. Tells progress as
/// `what`. Throws Error if a signal asks for the end.
std::vector<MethodResult> evaluate_methods(const MethodContext& context, int n_examples,
                                           const std::string& what);

}  // namespace lagoon::pipelines
