#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "datasets/mazes/maze.hpp"

namespace lagoon::datasets {

/// Where an agent starts and what it is told to reach: any cell of the label.
struct EpisodeTask {
  MazePoint start;
  int label = 0;
  double cell_length = 0;  ///< steps between neighbouring cells to the nearest one of the label
  double length = 0;       ///< of the shortest curve there
};

/// n tasks: starts uniform over the free area, labels uniform over those that have a free cell;
/// drawn again where the start has the label already or no way leads there. Task i is a function of
/// (maze, seed, i). Throws Error for a maze in which a thousand draws find none.
std::vector<EpisodeTask> draw_tasks(const Maze& maze, std::uint64_t seed, std::int64_t n);

/// What agents can do.
struct EpisodeOptions {
  int directions = 8;  ///< that an agent chooses from, even over the circle, the first along a row
  double noise = 20;   ///< standard deviation of its steps about them, in degrees
  int most_steps = 100;
};

/// The angle of a direction.
double direction_angle(int direction, int n_directions);

/// For states and the label of each: which direction to take.
using MazePolicy =
    std::function<std::vector<int>(const std::vector<MazePoint>&, const std::vector<int>&)>;

/// What one agent did.
struct Episode {
  bool success = false;
  int steps = 0;
  std::vector<MazePoint> path;  ///< from the start on
};

/// Runs all tasks side by side. The noise of step t of task i is a function of (seed, i, t), the
/// same for every policy.
std::vector<Episode> run_episodes(const Maze& maze, const std::vector<EpisodeTask>& tasks,
                                  const MazePolicy& policy, const EpisodeOptions& options,
                                  std::uint64_t seed);

/// Success weighted by path length: 0, or shortest / max(shortest, steps * kMazeStep).
double weighted_success(const Episode& episode, double shortest);

}  // namespace lagoon::datasets
