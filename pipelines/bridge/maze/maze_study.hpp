#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pipelines/bridge/maze/maze_options.hpp"
#include "pipelines/bridge/maze/maze_scores.hpp"
#include "pipelines/bridge/result_store.hpp"

namespace lagoon::pipelines {

/// All that one run found of a maze.
struct MazeResult {
  std::string maze;
  std::vector<MazeTrial> trials;  ///< in the order of their seeds
};

/// Counts up whenever the same options begin to mean other pairs, weights or steps.
inline constexpr int kMazeFitVersion = 1;

/// All that a fit depends on beside its maze and seed.
nlohmann::json maze_training(const MazeOptions& options);

/// Trains what the store does not hold yet, fits side by side on `threads` threads, each stored
/// when it is done; then both policies run the same episodes. A trial is a function of (options,
/// maze, seed), seeds from `seed` on. Throws Error for a stored fit that is damaged, and
/// Stopped where a signal asks for the stop; fits that were done are stored.
std::vector<MazeResult> study_mazes(const MazeOptions& options, std::uint64_t seed, int threads,
                                    ResultStore& store);

}  // namespace lagoon::pipelines
