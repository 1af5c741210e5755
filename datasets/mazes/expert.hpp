#pragma once

#include <cstdint>
#include <vector>

#include "datasets/mazes/maze.hpp"

namespace lagoon::datasets {

/// Standard deviation of the expert's directions about the one it means, in degrees.
inline constexpr double kExpertNoise = 10;

/// States s of an agent and the directions a that it took there.
struct MazePath {
  std::vector<MazePoint> states;
  std::vector<double> angles;  ///< as many; at the last state the agent only waits: pi / 2
};

/// An expert that follows a shortest path over cells from centre to centre, with directions off by
/// kExpertNoise. A step into a cell off its path is taken back; a trajectory ends at 1,000 steps.
/// Trajectory `number` of a seed has a start and a goal that are uniform over the free cells, and
/// is a function of (maze, seed, number). [CE] leaves ties between paths open: shortest_path()
/// decides.
MazePath expert_path(const Maze& maze, std::uint64_t seed, std::uint64_t number);

/// The first n trajectories one behind the other: trajectory i is states and angles [begin[i],
/// begin[i + 1]).
struct MazeTrajectories {
  std::vector<MazePoint> states;
  std::vector<double> angles;
  std::vector<std::int64_t> begin = {0};

  std::int64_t size() const { return static_cast<std::int64_t>(begin.size()) - 1; }
};
MazeTrajectories expert_trajectories(const Maze& maze, std::uint64_t seed, std::int64_t n);

}  // namespace lagoon::datasets
