// Batches of pairs from expert trajectories.
#include "datasets/mazes/batches.hpp"

#include <cmath>
#include <map>
#include <numbers>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::datasets::tests {
namespace {

using lagoon::tests::kFloatAngle;
using lagoon::tests::kManySigmas;
using std::numbers::pi;

/// A corridor that is so long that no future state is cut off at its end, and an "expert" who goes
/// through it from left to right: a state's column tells its place in the trajectory.
struct Corridor {
  static constexpr int kLength = 400;
  Maze maze{"corridor", 2, kLength, std::vector<char>(2 * kLength, 0)};
  MazeTrajectories trajectories;

  Corridor() {
    for (int i = 0; i < 2 * kLength - 1; ++i) {
      trajectories.states.push_back({0.5, 0.25 + i * kMazeStep});
      trajectories.angles.push_back(0.1);
    }
    trajectories.begin.push_back(2 * kLength - 1);
  }
};

TEST(MazeBatches, future_states_are_a_geometric_number_of_steps_ahead) {
  const Corridor corridor;
  const MazeBatches batches(corridor.maze, corridor.trajectories, {}, 2);
  std::map<int, int> counts;
  int n = 0;
  for (std::int64_t step = 0; step < 40; ++step) {
    const ActionBatch batch = batches.actions(step);
    for (std::size_t i = 0; i < 256; ++i) {
      if (batch.actions[4 * i + 1] > Corridor::kLength / 2) continue;  // the end is near
      ++counts[static_cast<int>(
          std::lround((batch.futures[2 * i + 1] - batch.actions[4 * i + 1]) / kMazeStep))];
      ++n;
    }
  }
  EXPECT_EQ(counts.begin()->first, 1);
  for (int k = 1; k <= 25; ++k) {
    const double p = 0.1 * std::pow(0.9, k - 1);
    EXPECT_NEAR(counts[k], n * p, kManySigmas * std::sqrt(n * p)) << k;
  }
}

TEST(MazeBatches, future_states_stay_within_the_trajectory) {
  const Maze maze = maze_named("island");
  const auto trajectories = expert_trajectories(maze, 0, 300);
  std::map<std::pair<float, float>, bool> ends;
  for (std::int64_t i = 1; i <= trajectories.size(); ++i) {
    const auto last = static_cast<std::size_t>(trajectories.begin[static_cast<std::size_t>(i)]) - 1;
    const MazePoint& end = trajectories.states[last];
    ends[{static_cast<float>(end.row), static_cast<float>(end.column)}] = true;
  }
  MazeBatchOptions options;
  options.future_rate = 1e-6;  // far beyond any end
  const ActionBatch batch = MazeBatches(maze, trajectories, options, 0).actions(0);
  for (std::size_t i = 0; i < 256; ++i) {
    EXPECT_TRUE(ends.contains({batch.futures[2 * i], batch.futures[2 * i + 1]}));
  }
}

TEST(MazeBatches, wrong_directions_are_in_the_cone_about_the_opposite_one) {
  const Maze maze = maze_named("fork");
  const auto trajectories = expert_trajectories(maze, 0, 300);
  const MazeBatchOptions options;
  const MazeBatches batches(maze, trajectories, options, 4);
  double sum = 0, squares = 0, largest = 0;
  int n = 0;
  for (std::int64_t step = 0; step < 10; ++step) {
    const ActionBatch batch = batches.actions(step);
    ASSERT_EQ(batch.wrong_actions.size(), 64U * 64 * 4);
    for (std::size_t k = 0; k < 64 * 64; ++k) {
      const float* const wrong = batch.wrong_actions.data() + 4 * k;
      const float* const right = batch.actions.data() + 4 * (k / 64);
      EXPECT_EQ(wrong[0], right[0]);
      EXPECT_EQ(wrong[1], right[1]);
      const double off = std::remainder(
          std::atan2(wrong[2], wrong[3]) - std::atan2(right[2], right[3]) - pi, 2 * pi);
      largest = std::max(largest, std::abs(off));
      sum += off;
      squares += off * off;
      ++n;
    }
  }
  const double cone = kWrongDirections * pi / 180, std_of_mean = cone / std::sqrt(3.0 * n);
  EXPECT_LT(largest, cone + kFloatAngle);
  EXPECT_GT(largest, 0.99 * cone);
  EXPECT_NEAR(sum / n, 0, kManySigmas * std_of_mean);
  EXPECT_NEAR(squares / n, cone * cone / 3, kManySigmas * cone * std_of_mean);
}

TEST(MazeBatches, labels_are_those_of_states_and_negatives_are_not) {
  const Maze maze = maze_named("fork");
  const auto trajectories = expert_trajectories(maze, 0, 10);
  const MazeBatches batches(maze, trajectories, {}, 4);
  int n_rows = 0, n_walls = 0;
  std::vector<int> wrong(30);
  for (std::int64_t step = 0; step < 20; ++step) {
    const LabelBatch batch = batches.labels(step);
    for (std::size_t i = 0; i < 256; ++i) {
      const auto cell = [&](const std::vector<float>& states, std::size_t row) {
        return cell_of({states[2 * row], states[2 * row + 1]});
      };
      const int label = batch.labels[i];
      EXPECT_TRUE(maze.has_label(cell(batch.states, i), label));
      n_rows += label < 15 ? 1 : 0;
      n_walls += maze.is_free(cell(batch.states, i)) ? 0 : 1;
      for (std::size_t k = 64 * i; k < 64 * (i + 1); ++k) {
        const auto row = static_cast<std::size_t>(batch.wrong_states[k]);
        EXPECT_FALSE(maze.has_label(cell(batch.other_states, row), label));
        EXPECT_FALSE(maze.has_label(cell(batch.states, i), batch.wrong_labels[k]));
        ++wrong[static_cast<std::size_t>(batch.wrong_labels[k])];
      }
    }
  }
  const double n = 20 * 256;
  EXPECT_NEAR(n_rows, n / 2, kManySigmas * std::sqrt(n / 4));
  EXPECT_NEAR(n_walls / n, 70.0 / 225, kManySigmas * std::sqrt(0.25 / n));
  for (const int count : wrong) {
    // Each of 28 labels is left out with chance 1/15, by 64 negatives of a state at a time.
    EXPECT_NEAR(count, n * 64 / 30,
                kManySigmas * std::sqrt(n / 15) * 64 / 28 + kManySigmas * std::sqrt(n * 64 / 30));
  }
}

TEST(MazeBatches, are_functions_of_the_step) {
  const Maze maze = maze_named("blank");
  const auto trajectories = expert_trajectories(maze, 0, 50);
  const MazeBatches one(maze, trajectories, {}, 4), other(maze, trajectories, {}, 5);
  EXPECT_EQ(one.actions(3).wrong_actions, one.actions(3).wrong_actions);
  EXPECT_NE(one.actions(3).actions, one.actions(4).actions);
  EXPECT_NE(one.labels(3).states, other.labels(3).states);
}

TEST(MazeBatches, refuse_what_cannot_be) {
  const Maze maze = maze_named("blank");
  const auto trajectories = expert_trajectories(maze, 0, 5);
  const auto make = [&](std::int64_t pairs, std::int64_t action_pairs, std::int64_t negatives,
                        double rate) {
    MazeBatches(maze, trajectories, {pairs, action_pairs, negatives, rate}, 0);
  };
  EXPECT_THROW(make(1, 1, 1, 0.1), Error);
  EXPECT_THROW(make(8, 9, 4, 0.1), Error);
  EXPECT_THROW(make(8, 8, 9, 0.1), Error);
  EXPECT_THROW(make(8, 8, 4, 0), Error);
  EXPECT_THROW(MazeBatches(maze, {}, {}, 0), Error);
  EXPECT_NO_THROW(make(8, 8, 8, 1));
}

}  // namespace
}  // namespace lagoon::datasets::tests
