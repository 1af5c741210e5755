#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipelines/bridge/decide/decision_json.hpp"
#include "pipelines/bridge/flow/bayes.hpp"
#include "pipelines/bridge/flow/joint_posterior.hpp"
#include "pipelines/bridge/flow/recall.hpp"

namespace lagoon::pipelines {

/// A way to retrieve: its recall, and that over the paired model's on the same queries.
struct BridgeMethod {
  BridgeRecall recall;
  BridgeRecall of_paired;
};

/// The Monte-Carlo bridge with part of the pool.
struct PoolPoint {
  std::int64_t samples = 0;
  BridgeRecall recall;
  BridgeRecall raw_recall;  ///< of scores that are not self-normalised
  /// Median over the true pairs of (sum w)^2 / sum w^2.
  double effective_samples = 0;
};

/// One query to look at: what its trajectories retrieved.
struct BridgeExample {
  std::int64_t query = 0;
  std::vector<std::int64_t> retrieved;  ///< held-out flows by the Monte-Carlo score, best first
};

/// All that a page and a summary tell.
struct FlowBridgeStudy {
  FlowBridgeOptions options;
  FlowInstruments instruments;
  JudgedFlows flows;
  FlowInformation information = {};
  BridgeMethod direct = {}, monte_carlo = {}, paired = {}, bayes = {};
  /// Bayes by simulation, where what velocities tell beyond trajectories is little enough for it.
  std::optional<BridgeMethod> bayes_simulated = {};
  std::map<std::string, double> scales = {};  ///< learned, of each pair
  std::vector<PoolPoint> curve = {};          ///< by samples, the last is the whole pool
  std::vector<JointScores> joint = {};
  BridgeExample example = {};
  std::optional<BridgeChoice> choice = {};  ///< by a part of the pool; none of few flows
};

/// Trains, retrieves and scores. What the encoders made is kept in `folder` and taken from there
/// again under `resume`. Throws Stopped where a signal asks for the stop.
FlowBridgeStudy study_flow_bridge(const FlowBridgeOptions& options, std::uint64_t seed, int threads,
                                  const std::filesystem::path& folder, bool resume);

/// Bytes that the largest tables need.
double flow_bridge_memory(const FlowBridgeOptions& options);

}  // namespace lagoon::pipelines
