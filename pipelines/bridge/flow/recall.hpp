#pragma once

#include <array>
#include <cstdint>

#include <Eigen/Core>

#include "contrastive/bridging/critic.hpp"
#include "flow/scores/bootstrap.hpp"

namespace lagoon::pipelines {

/// Both questions that a grid of trajectories (rows) and velocities (columns) answers.
struct BridgeDirection {
  const char* key;    ///< in JSON
  const char* title;  ///< in plain words
};
inline constexpr std::array<BridgeDirection, 2> kBridgeDirections = {
    {{"trajectory_to_velocity", "velocities from trajectories"},
     {"velocity_to_trajectory", "trajectories from velocities"}}};

inline constexpr std::array<int, 2> kBridgeDepths = {1, 5};

/// For each query of both directions, whether its partner, which is the diagonal, is among the k
/// best: 0 or 1, in between where it ties. (query, direction * depths + depth).
Eigen::MatrixXd partners_found(const contrastive::ScoreGrid& grid);

/// recall[direction][depth] with bootstrap intervals over the queries.
using BridgeRecall = std::array<std::array<flow::Estimate, kBridgeDepths.size()>, 2>;
BridgeRecall recall_of(const Eigen::MatrixXd& found, std::uint64_t seed);

/// The same over another's on the same queries.
BridgeRecall recall_relative_to(const Eigen::MatrixXd& found, const Eigen::MatrixXd& other,
                                std::uint64_t seed);

}  // namespace lagoon::pipelines
