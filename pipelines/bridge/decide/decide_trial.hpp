#pragma once

#include <cstdint>
#include <vector>

#include <nlohmann/json.hpp>

#include "contrastive/bridging/decision/decision.hpp"
#include "pipelines/bridge/decide/decide_options.hpp"
#include "pipelines/bridge/result_store.hpp"

namespace lagoon::pipelines {

/// One setting trained with one seed, with one pool: what either estimator is worth, by pairs that
/// the decision does not see, and what the decision goes by.
struct DecideTrial {
  DecideSetting setting;
  std::uint64_t seed = 0;
  double direct = 0, monte_carlo = 0;  ///< recall@1 among 32
  contrastive::DecisionEvidence evidence;
  contrastive::Decision decision;

  /// Above 0: direct is the better one.
  double difference() const { return direct - monte_carlo; }
  /// The decision was for the better one.
  bool is_right() const { return decision.direct == (difference() > 0); }
};

/// Trains what the store lacks, side by side, each on one thread; all trials in the order of
/// settings, seeds and pools: a tenth of options.pool, and all of it. Throws Stopped where a signal
/// asks for the stop; what was done is stored.
std::vector<DecideTrial> make_decide_trials(const DecideOptions& options, std::uint64_t seed,
                                            int threads, ResultStore& store);

/// All that a trial depends on beside setting and seed.
nlohmann::json decide_training_json(const DecideOptions& options);

}  // namespace lagoon::pipelines
