#include "datasets/mazes/batches.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "flow/error.hpp"
#include "flow/random.hpp"

namespace lagoon::datasets {
namespace {

using flow::DrawKey;
using flow::Purpose;
using std::numbers::pi;

/// What batches of a step draw are streams of their own.
enum Stream : std::uint64_t {
  kPairs,
  kPool,
  kDirections,
  kLabelPairs,
  kLabelPool,
  kLabels,
  kStreams
};

DrawKey key_of(std::uint64_t seed, std::int64_t step, Stream stream) {
  return {seed, Purpose::batch_order, static_cast<std::uint64_t>(step) * kStreams + stream};
}

/// Uniform over 0 .. n - 1.
std::int64_t choice(const DrawKey& key, std::uint32_t index, std::int64_t n) {
  return static_cast<std::int64_t>(flow::uniform_index(key, index, static_cast<std::size_t>(n)));
}

/// P(k) = p (1 - p)^(k - 1), k = 1, 2 ..
std::int64_t geometric(const DrawKey& key, std::uint32_t index, double p) {
  if (p == 1) return 1;
  return 1 + static_cast<std::int64_t>(std::log(flow::uniform(key, index)) / std::log1p(-p));
}

void add_state(std::vector<float>& features, const MazePoint& state) {
  features.push_back(static_cast<float>(state.row));
  features.push_back(static_cast<float>(state.column));
}

void add_action(std::vector<float>& features, const MazePoint& state, double angle) {
  add_state(features, state);
  features.push_back(static_cast<float>(std::sin(angle)));
  features.push_back(static_cast<float>(std::cos(angle)));
}

MazePoint any_point(const Maze& maze, const DrawKey& key, std::int64_t i) {
  const auto at = static_cast<std::uint32_t>(2 * i);
  return {maze.rows() * flow::uniform(key, at), maze.columns() * flow::uniform(key, at + 1)};
}

/// A label that the cell does not have, from a number in 0 .. n_labels - 3.
std::int32_t other_label(const Maze& maze, const MazeCell& cell, std::int64_t number) {
  for (const int own : maze.labels_of(cell)) number += number >= own ? 1 : 0;
  return static_cast<std::int32_t>(number);
}

/// For pair i, the states i, i + 1 .. of the pool, those of its own label left out.
void add_wrong_states(const Maze& maze, const std::vector<MazePoint>& pool, std::int64_t i,
                      int label, std::int64_t n, std::vector<std::int32_t>& rows) {
  const auto size = static_cast<std::int64_t>(pool.size());
  for (std::int64_t k = i; n > 0; ++k) {
    const std::int64_t row = k % size;
    // A pool that is all but one label would never end: it is taken as it is after one round.
    if (k < i + size && maze.has_label(cell_of(pool[static_cast<std::size_t>(row)]), label))
      continue;
    rows.push_back(static_cast<std::int32_t>(row));
    --n;
  }
}

}  // namespace

void require_valid(const MazeBatchOptions& options) {
  require(options.pairs >= 2 && options.negatives >= 1 && options.action_pairs >= 1,
          "a batch needs at least 2 pairs, 1 pair with wrong directions and 1 negative");
  require(options.action_pairs <= options.pairs,
          std::to_string(options.action_pairs) + " pairs with wrong directions are more than the " +
              std::to_string(options.pairs) + " pairs of a batch");
  require(options.negatives <= options.pairs,
          std::to_string(options.negatives) + " negatives are more than the " +
              std::to_string(options.pairs) + " states of a batch (give at most as many)");
  require(options.future_rate > 0 && options.future_rate <= 1,
          "the rate of the future state is " + std::to_string(options.future_rate) +
              ": give a number above 0, 1 at most");
}

MazeBatches::MazeBatches(const Maze& maze, const MazeTrajectories& trajectories,
                         const MazeBatchOptions& options, std::uint64_t seed)
    : maze_(maze), trajectories_(trajectories), options_(options), seed_(seed) {
  require_valid(options);
  require(trajectories.size() >= 1, "batches need at least one trajectory");
  require(maze.n_labels() >= 3, "maze " + maze.name() + " is too small to have a wrong label");
}

ActionBatch MazeBatches::actions(std::int64_t step) const {
  const DrawKey pairs = key_of(seed_, step, kPairs), pool = key_of(seed_, step, kPool);
  const DrawKey directions = key_of(seed_, step, kDirections);
  const auto& [states, angles, begin] = trajectories_;
  ActionBatch batch;
  for (std::int64_t i = 0; i < options_.pairs; ++i) {
    const auto index = static_cast<std::uint32_t>(3 * i);
    const auto path = static_cast<std::size_t>(choice(pairs, index, trajectories_.size()));
    const std::int64_t length = begin[path + 1] - begin[path];
    const std::int64_t at = begin[path] + choice(pairs, index + 1, length);
    const std::int64_t later =
        std::min(at + geometric(pairs, index + 2, options_.future_rate), begin[path + 1] - 1);
    const MazePoint& state = states[static_cast<std::size_t>(at)];
    const double angle = angles[static_cast<std::size_t>(at)];
    add_action(batch.actions, state, angle);
    add_state(batch.futures, states[static_cast<std::size_t>(later)]);
    const std::int64_t any = choice(pool, static_cast<std::uint32_t>(i), begin.back());
    add_state(batch.other_states, states[static_cast<std::size_t>(any)]);
    for (std::int64_t k = 0; k < options_.negatives; ++k) {
      batch.wrong_states.push_back(static_cast<std::int32_t>((i + k) % options_.pairs));
      if (i >= options_.action_pairs) continue;
      const auto draw = static_cast<std::uint32_t>(i * options_.negatives + k);
      const double off = (2 * flow::uniform(directions, draw) - 1) * kWrongDirections * pi / 180;
      add_action(batch.wrong_actions, state, angle + pi + off);
    }
  }
  return batch;
}

LabelBatch MazeBatches::labels(std::int64_t step) const {
  const DrawKey pairs = key_of(seed_, step, kLabelPairs), others = key_of(seed_, step, kLabelPool);
  const DrawKey wrong = key_of(seed_, step, kLabels);
  LabelBatch batch;
  std::vector<MazePoint> pool;
  for (std::int64_t i = 0; i < options_.pairs; ++i) {
    pool.push_back(any_point(maze_, others, i));
    add_state(batch.other_states, pool.back());
  }
  for (std::int64_t i = 0; i < options_.pairs; ++i) {
    const MazePoint state = any_point(maze_, pairs, i);
    const auto which = static_cast<std::uint32_t>(2 * options_.pairs + i);
    const auto own = maze_.labels_of(cell_of(state));
    const int label = own[static_cast<std::size_t>(choice(pairs, which, 2))];
    add_state(batch.states, state);
    batch.labels.push_back(label);
    add_wrong_states(maze_, pool, i, label, options_.negatives, batch.wrong_states);
    for (std::int64_t k = 0; k < options_.negatives; ++k) {
      const auto draw = static_cast<std::uint32_t>(i * options_.negatives + k);
      batch.wrong_labels.push_back(
          other_label(maze_, cell_of(state), choice(wrong, draw, maze_.n_labels() - 2)));
    }
  }
  return batch;
}

}  // namespace lagoon::datasets
