#include "datasets/mazes/episodes.hpp"

#include <algorithm>
#include <numbers>

#include "datasets/mazes/paths.hpp"
#include "flow/error.hpp"
#include "flow/random.hpp"

namespace lagoon::datasets {
namespace {

using flow::Purpose;
using std::numbers::pi;

EpisodeTask draw_task(const Maze& maze, std::uint64_t seed, std::uint64_t number) {
  const flow::DrawKey key{seed, Purpose::test, number};
  constexpr std::uint32_t kMostDraws = 1000;
  for (std::uint32_t i = 0; i < kMostDraws; ++i) {
    const MazePoint start =
        maze.free_point(flow::uniform(key, 3 * i), flow::uniform(key, 3 * i + 1));
    const auto label = static_cast<int>(
        flow::uniform_index(key, 3 * i + 2, static_cast<std::size_t>(maze.n_labels())));
    if (maze.has_label(cell_of(start), label)) continue;
    const auto goals = maze.cells_of(label);
    const auto path = shortest_path(maze, cell_of(start), goals);
    if (path.empty()) continue;
    return {start, label, static_cast<double>(path.size()) - 1,
            shortest_length(maze, start, goals)};
  }
  throw Error("maze " + maze.name() + ": no start from which another label can be reached");
}

}  // namespace

std::vector<EpisodeTask> draw_tasks(const Maze& maze, std::uint64_t seed, std::int64_t n) {
  std::vector<EpisodeTask> tasks;
  for (std::int64_t i = 0; i < n; ++i) {
    tasks.push_back(draw_task(maze, seed, static_cast<std::uint64_t>(i)));
  }
  return tasks;
}

double direction_angle(int direction, int n_directions) {
  return 2 * pi * direction / n_directions;
}

std::vector<Episode> run_episodes(const Maze& maze, const std::vector<EpisodeTask>& tasks,
                                  const MazePolicy& policy, const EpisodeOptions& options,
                                  std::uint64_t seed) {
  std::vector<Episode> episodes(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) episodes[i].path = {tasks[i].start};
  for (int step = 0; step <= options.most_steps; ++step) {
    std::vector<std::size_t> active;
    std::vector<MazePoint> states;
    std::vector<int> labels;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const MazePoint at = episodes[i].path.back();
      episodes[i].success = maze.has_label(cell_of(at), tasks[i].label);
      if (episodes[i].success) continue;
      active.push_back(i);
      states.push_back(at);
      labels.push_back(tasks[i].label);
    }
    if (active.empty() || step == options.most_steps) break;
    const std::vector<int> chosen = policy(states, labels);
    for (std::size_t k = 0; k < active.size(); ++k) {
      const double noise = flow::normal_pair(seed, Purpose::test_noise, active[k],
                                             static_cast<std::uint32_t>(step))[0];
      const double angle =
          direction_angle(chosen[k], options.directions) + options.noise * pi / 180 * noise;
      Episode& episode = episodes[active[k]];
      episode.path.push_back(maze.move(states[k], angle));
      ++episode.steps;
    }
  }
  return episodes;
}

double weighted_success(const Episode& episode, double shortest) {
  if (!episode.success) return 0;
  return shortest / std::max(shortest, episode.steps * kMazeStep);
}

}  // namespace lagoon::datasets
