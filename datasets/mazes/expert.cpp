#include "datasets/mazes/expert.hpp"

#include <cmath>
#include <numbers>

#include "datasets/mazes/paths.hpp"
#include "flow/random.hpp"

namespace lagoon::datasets {
namespace {

using flow::Purpose;
using std::numbers::pi;

constexpr std::uint32_t kMostSteps = 1000;

const MazeCell& drawn_cell(const Maze& maze, std::uint64_t seed, std::uint64_t number,
                           std::uint32_t index) {
  const auto& cells = maze.free_cells();
  return cells[flow::uniform_index({seed, Purpose::train, number}, index, cells.size())];
}

double angle_towards(const MazePoint& from, const MazePoint& to) {
  return std::atan2(to.row - from.row, to.column - from.column);
}

}  // namespace

MazePath expert_path(const Maze& maze, std::uint64_t seed, std::uint64_t number) {
  const MazeCell start = drawn_cell(maze, seed, number, 0);
  const MazeCell goal = drawn_cell(maze, seed, number, 1);
  const auto cells = shortest_path(maze, start, {&goal, 1});
  MazePath path;
  MazePoint at = centre_of(start);
  std::size_t reached = 0;
  for (std::uint32_t step = 0; step < kMostSteps && reached + 1 < cells.size(); ++step) {
    const double noise = flow::normal_pair(seed, Purpose::train_noise, number, step)[0];
    const double angle =
        angle_towards(at, centre_of(cells[reached + 1])) + kExpertNoise * pi / 180 * noise;
    path.states.push_back(at);
    path.angles.push_back(angle);
    const MazePoint next = maze.move(at, angle);
    if (cell_of(next) == cells[reached + 1]) ++reached;
    if (cell_of(next) == cells[reached]) at = next;
  }
  path.states.push_back(at);
  path.angles.push_back(pi / 2);
  return path;
}

MazeTrajectories expert_trajectories(const Maze& maze, std::uint64_t seed, std::int64_t n) {
  MazeTrajectories all;
  for (std::int64_t i = 0; i < n; ++i) {
    const MazePath path = expert_path(maze, seed, static_cast<std::uint64_t>(i));
    all.states.insert(all.states.end(), path.states.begin(), path.states.end());
    all.angles.insert(all.angles.end(), path.angles.begin(), path.angles.end());
    all.begin.push_back(static_cast<std::int64_t>(all.states.size()));
  }
  return all;
}

}  // namespace lagoon::datasets
