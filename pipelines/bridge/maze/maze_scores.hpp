#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "datasets/mazes/episodes.hpp"

namespace lagoon::pipelines {

/// How an agent scores directions.
enum class MazePolicyKind { direct, monte_carlo };
inline constexpr std::array kMazePolicies = {MazePolicyKind::direct, MazePolicyKind::monte_carlo};
/// "direct" | "monte_carlo".
std::string to_string(MazePolicyKind kind);

/// What both policies did with one fit.
struct MazeTrial {
  std::uint64_t seed = 0;
  double action_loss = 0, label_loss = 0;
  std::vector<datasets::EpisodeTask> tasks;
  std::array<std::vector<datasets::Episode>, kMazePolicies.size()> episodes;  ///< by policy

  /// What one policy did.
  const std::vector<datasets::Episode>& of(MazePolicyKind kind) const {
    return episodes[static_cast<std::size_t>(kind)];
  }
};

/// What is counted of an episode, between 0 and 1: success; success weighted by path length,
/// against the way over cells (the errata's) or the shortest curve.
enum class MazeMeasure { success, spl, spl_of_curve };
inline constexpr std::array kMazeMeasures = {MazeMeasure::success, MazeMeasure::spl,
                                             MazeMeasure::spl_of_curve};
/// "success" | "spl" | "spl_of_curve".
std::string to_string(MazeMeasure measure);

/// A mean over episodes with its 95% interval.
struct MazeScore {
  double value = 0, low = 0, high = 0;
};

/// Over the episodes of all seeds: Wilson's interval for success, kNormal975 standard errors else.
/// It is that of more episodes with these fits, not of more fits.
MazeScore score(const std::vector<MazeTrial>& trials, MazePolicyKind kind, MazeMeasure measure);

/// Monte Carlo less direct, task by task, within kNormal975 standard errors.
MazeScore gain(const std::vector<MazeTrial>& trials, MazeMeasure measure);

/// The mean of one seed.
double mean_of(const MazeTrial& trial, MazePolicyKind kind, MazeMeasure measure);

}  // namespace lagoon::pipelines
