// Mazes, ways through them, the expert, and episodes.
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "datasets/mazes/episodes.hpp"
#include "datasets/mazes/expert.hpp"
#include "datasets/mazes/paths.hpp"
#include "flow/error.hpp"
#include "flow/random.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::datasets::tests {
namespace {

using lagoon::tests::kFewRoundings;
using lagoon::tests::kManySigmas;
using std::numbers::pi;

double distance(const MazePoint& a, const MazePoint& b) {
  return std::hypot(a.row - b.row, a.column - b.column);
}

/// Lengths of shortest ways between all free cells, by Floyd and Warshall.
std::vector<std::vector<int>> all_lengths(const Maze& maze) {
  const auto& cells = maze.free_cells();
  const std::size_t n = cells.size();
  constexpr int kFar = 1'000'000;
  std::vector<std::vector<int>> lengths(n, std::vector<int>(n, kFar));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) {
      const int apart =
          std::abs(cells[i].row - cells[k].row) + std::abs(cells[i].column - cells[k].column);
      if (apart <= 1) lengths[i][k] = apart;
    }
  }
  for (std::size_t via = 0; via < n; ++via) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < n; ++k) {
        lengths[i][k] = std::min(lengths[i][k], lengths[i][via] + lengths[via][k]);
      }
    }
  }
  return lengths;
}

TEST(Maze, has_the_walls_of_the_text) {
  const Maze fork = maze_named("fork"), island = maze_named("island"), blank = maze_named("blank");
  EXPECT_EQ(fork.free_cells().size(), 225U - 7 * 10);
  EXPECT_FALSE(fork.is_free(MazeCell{13, 9}));
  EXPECT_TRUE(fork.is_free(MazeCell{13, 10}) && fork.is_free(MazeCell{14, 0}));
  EXPECT_EQ(island.free_cells().size(), 121U - 5 * 2);
  EXPECT_FALSE(island.is_free(MazeCell{7, 6}) || island.is_free(MazeCell{3, 5}));
  EXPECT_TRUE(island.is_free(MazeCell{8, 6}) && island.is_free(MazeCell{3, 4}));
  EXPECT_EQ(blank.free_cells().size(), 100U);
  EXPECT_EQ(fork.n_labels(), 30);
  EXPECT_FALSE(blank.is_free(MazePoint{-0.1, 3}) || blank.is_free(MazePoint{3, 10}));
  EXPECT_THROW(maze_named("hedge"), Error);
  EXPECT_THROW(Maze("full", 1, 2, {1, 1}), Error);
}

TEST(Maze, labels_are_rows_and_then_columns) {
  const Maze fork = maze_named("fork");
  EXPECT_EQ(fork.label_text(3), "row 3");
  EXPECT_EQ(fork.label_text(17), "column 2");
  for (int label = 0; label < fork.n_labels(); ++label) {
    const auto cells = fork.cells_of(label);
    EXPECT_EQ(cells.size(), label < 15 ? (label % 2 == 1 ? 5U : 15U) : label < 25 ? 8U : 15U);
    for (const auto& cell : cells) EXPECT_TRUE(fork.has_label(cell, label));
  }
}

TEST(Maze, no_step_goes_through_a_wall) {
  for (const char* name : kMazeNames) {
    const Maze maze = maze_named(name);
    for (std::uint64_t i = 0; i < 3000; ++i) {
      const flow::DrawKey key{1, flow::Purpose::test, i};
      const MazePoint from = maze.free_point(flow::uniform(key, 0), flow::uniform(key, 1));
      const double angle = 2 * pi * flow::uniform(key, 2);
      const MazePoint to = maze.move(from, angle);
      ASSERT_TRUE(maze.is_free(from) && maze.is_free(to));
      // On the ray, no longer than a step; and stopped only where the next point is no longer free.
      const double length = distance(from, to);
      EXPECT_LT(distance(stepped(from, angle, length), to), kFewRoundings);
      EXPECT_LT(length, kMazeStep + kFewRoundings);
      const double interval = kMazeStep / (kRayPoints - 1);
      EXPECT_EQ(length > kMazeStep - interval / 2,
                maze.is_free(stepped(from, angle, std::min(length + interval, kMazeStep))));
      for (double part = 0; part <= length; part += interval) {
        EXPECT_TRUE(maze.is_free(stepped(from, angle, part)));
      }
    }
  }
}

TEST(MazePaths, are_as_short_as_any) {
  for (const char* name : kMazeNames) {
    const Maze maze = maze_named(name);
    const auto lengths = all_lengths(maze);
    const auto& cells = maze.free_cells();
    for (std::size_t i = 0; i < cells.size(); i += 3) {
      for (std::size_t k = 0; k < cells.size(); k += 5) {
        const auto path = shortest_path(maze, cells[i], {&cells[k], 1});
        ASSERT_EQ(static_cast<int>(path.size()), lengths[i][k] + 1);
        EXPECT_TRUE(path.front() == cells[i] && path.back() == cells[k]);
        for (std::size_t s = 1; s < path.size(); ++s) {
          EXPECT_TRUE(maze.is_free(path[s]));
          EXPECT_EQ(distance(centre_of(path[s]), centre_of(path[s - 1])), 1);
        }
      }
    }
  }
}

TEST(MazePaths, curves_go_straight_and_bend_at_corners) {
  const auto length = [](const char* name, const MazePoint& start, int label) {
    const Maze maze = maze_named(name);
    return shortest_length(maze, start, maze.cells_of(label));
  };
  EXPECT_NEAR(length("blank", {2.5, 3.5}, 7), 4.5, kFewRoundings);
  EXPECT_NEAR(length("blank", {2.5, 3.5}, 10 + 1), 1.5, kFewRoundings);
  // Row 1 of the fork is free from column 10 on: out of the corridor, round its corner.
  EXPECT_NEAR(length("fork", {0.5, 4.0}, 1), std::hypot(6, 0.5), kFewRoundings);
  EXPECT_NEAR(length("fork", {0.5, 4.0}, 2), std::hypot(6, 0.5) + 1, kFewRoundings);
  // Past the island, whose near corner is in the way or is not.
  EXPECT_NEAR(length("island", {5.5, 4.5}, 11 + 7), std::hypot(2.5, 0.5) + 2, kFewRoundings);
  EXPECT_NEAR(length("island", {1.5, 4.5}, 11 + 7), 2.5, kFewRoundings);
}

TEST(MazePaths, what_is_walled_off_is_not_reached) {
  const Maze maze("cell", 3, 3, {0, 1, 0, 1, 1, 0, 0, 0, 0});
  EXPECT_TRUE(shortest_path(maze, {0, 0}, maze.cells_of(2)).empty());
  EXPECT_TRUE(std::isinf(shortest_length(maze, {0.5, 0.5}, maze.cells_of(2))));
  for (const auto& task : draw_tasks(maze, 0, 50)) EXPECT_TRUE(std::isfinite(task.length));
}

TEST(MazeExpert, follows_shortest_paths) {
  const Maze maze = maze_named("fork");
  for (std::uint64_t i = 0; i < 300; ++i) {
    const MazePath path = expert_path(maze, 3, i);
    ASSERT_EQ(path.states.size(), path.angles.size());
    std::vector<MazeCell> cells;
    for (const auto& state : path.states) {
      ASSERT_TRUE(maze.is_free(state));
      if (cells.empty() || cells.back() != cell_of(state)) cells.push_back(cell_of(state));
    }
    const MazeCell goal = cells.back();
    EXPECT_EQ(cells, shortest_path(maze, cells.front(), {&goal, 1}));
    // No shorter than the shortest curve (rays see the corners of walls to 1/48 of a step), and not
    // much longer than the way over cells, but for steps lost to noise and walls.
    const double length = kMazeStep * static_cast<double>(path.states.size() - 1);
    EXPECT_GE(length, 0.99 * shortest_length(maze, path.states.front(), {&goal, 1}));
    EXPECT_LE(length, 1.5 * static_cast<double>(cells.size() - 1) + 1);
    for (std::size_t s = 1; s < path.states.size(); ++s) {
      EXPECT_LE(distance(path.states[s - 1], path.states[s]), kMazeStep + kFewRoundings);
    }
  }
}

TEST(MazeExpert, directions_have_the_noise_asked_for) {
  const Maze maze = maze_named("blank");
  const auto all = expert_trajectories(maze, 0, 400);
  ASSERT_EQ(all.size(), 400);
  // The first step means the centre of a neighbouring cell: a multiple of a right angle.
  double sum = 0, squares = 0;
  int n = 0;
  for (std::int64_t i = 0; i < all.size(); ++i) {
    const auto at = static_cast<std::size_t>(all.begin[static_cast<std::size_t>(i)]);
    if (all.begin[static_cast<std::size_t>(i) + 1] - all.begin[static_cast<std::size_t>(i)] < 2) {
      continue;
    }
    const double off = std::remainder(all.angles[at], pi / 2) * 180 / pi;
    sum += off;
    squares += off * off;
    ++n;
  }
  EXPECT_NEAR(sum / n, 0, kManySigmas * kExpertNoise / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(squares / n), kExpertNoise, kManySigmas * kExpertNoise / std::sqrt(2 * n));
  const auto fewer = expert_trajectories(maze, 0, 10);
  EXPECT_TRUE(std::equal(fewer.angles.begin(), fewer.angles.end(), all.angles.begin()));
}

/// Straight to the nearest row or column of a maze without walls.
std::vector<int> straight(const Maze& maze, const std::vector<MazePoint>& states,
                          const std::vector<int>& labels) {
  std::vector<int> chosen;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const bool is_row = labels[i] < maze.rows();
    const bool grows = is_row ? cell_of(states[i]).row < labels[i]
                              : cell_of(states[i]).column < labels[i] - maze.rows();
    chosen.push_back(is_row ? (grows ? 2 : 6) : (grows ? 0 : 4));
  }
  return chosen;
}

TEST(MazeEpisodes, end_where_the_label_is) {
  const Maze maze = maze_named("blank");
  const auto tasks = draw_tasks(maze, 5, 200);
  for (const auto& task : tasks) {
    ASSERT_FALSE(maze.has_label(cell_of(task.start), task.label));
    EXPECT_GE(task.cell_length, 1);
    EXPECT_LE(task.length, task.cell_length);
  }
  EpisodeOptions options;
  options.noise = 0;
  const auto policy = [&](const auto& states, const auto& labels) {
    return straight(maze, states, labels);
  };
  const auto episodes = run_episodes(maze, tasks, policy, options, 0);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    ASSERT_TRUE(episodes[i].success);
    EXPECT_EQ(episodes[i].path.size(), static_cast<std::size_t>(episodes[i].steps) + 1);
    EXPECT_TRUE(maze.has_label(cell_of(episodes[i].path.back()), tasks[i].label));
    // The last step may go on by less than its length.
    EXPECT_LT(episodes[i].steps * kMazeStep - tasks[i].length, kMazeStep + kFewRoundings);
    EXPECT_NEAR(weighted_success(episodes[i], tasks[i].length),
                tasks[i].length / (episodes[i].steps * kMazeStep), kFewRoundings);
  }
  options.most_steps = 2;
  int n_done = 0;
  const auto shorter = run_episodes(maze, tasks, policy, options, 0);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    EXPECT_EQ(shorter[i].success, episodes[i].steps <= 2);
    EXPECT_LE(shorter[i].steps, 2);
    EXPECT_EQ(weighted_success(shorter[i], tasks[i].length) > 0, shorter[i].success);
    n_done += shorter[i].success ? 1 : 0;
  }
  EXPECT_TRUE(n_done > 0 && n_done < 200);
}

TEST(MazeEpisodes, are_refused_where_no_start_is_away_from_a_label) {
  EXPECT_THROW(draw_tasks(Maze("cell", 1, 1, {0}), 5, 1), Error);
  EXPECT_THROW(draw_tasks(Maze("islets", 2, 2, {0, 1, 1, 0}), 5, 1), Error);
  EXPECT_EQ(draw_tasks(Maze("corridor", 1, 2, {0, 0}), 5, 3).size(), 3U);
}

TEST(MazeEpisodes, noise_is_of_the_task_and_the_step_alone) {
  const Maze maze = maze_named("island");
  auto tasks = draw_tasks(maze, 5, 20);
  const auto policy = [](const auto& states, const auto&) {
    return std::vector<int>(states.size(), 2);
  };
  const auto all = run_episodes(maze, tasks, policy, {}, 9);
  tasks.resize(7);
  const auto fewer = run_episodes(maze, tasks, policy, {}, 9);
  for (std::size_t i = 0; i < fewer.size(); ++i) {
    EXPECT_EQ(fewer[i].steps, all[i].steps);
    EXPECT_EQ(fewer[i].path.back().row, all[i].path.back().row);
  }
}

}  // namespace
}  // namespace lagoon::datasets::tests
