#pragma once

#include <cstdint>
#include <vector>

#include "datasets/mazes/expert.hpp"

namespace lagoon::datasets {

/// Sizes of a batch, and how far ahead the future is.
struct MazeBatchOptions {
  std::int64_t pairs = 256;        ///< of either kind
  std::int64_t action_pairs = 64;  ///< of these, the first, whose directions have negatives
  std::int64_t negatives = 64;     ///< of each pair, either way
  double future_rate = 0.1;        ///< p of the geometric number of steps to the future state
};

/// Throws Error for counts below 1, more action_pairs than pairs, more negatives than pairs (that
/// is how many states they are chosen from), or a rate outside of (0, 1].
void require_valid(const MazeBatchOptions& options);

/// A half width of the cone of wrong directions, in degrees, about the opposite of the right one.
inline constexpr double kWrongDirections = 135;

/// Pairs of a state with an action, and of a state that the same trajectory reached later.
/// Features of an action are (row, column, sine, cosine), of a state (row, column).
struct ActionBatch {
  std::vector<float> actions;       ///< (pairs, 4)
  std::vector<float> futures;       ///< (pairs, 2)
  std::vector<float> other_states;  ///< (pairs, 2), uniform over the states of all trajectories
  std::vector<std::int32_t> wrong_states;  ///< (pairs, negatives): rows of other_states
  std::vector<float> wrong_actions;        ///< (action_pairs, negatives, 4): other directions there
};

/// Pairs of a state, uniform over all cells, walls too, and its row's or its column's label.
struct LabelBatch {
  std::vector<std::int32_t> labels;        ///< (pairs)
  std::vector<float> states;               ///< (pairs, 2)
  std::vector<float> other_states;         ///< (pairs, 2)
  std::vector<std::int32_t> wrong_states;  ///< (pairs, negatives): of those without the label
  std::vector<std::int32_t> wrong_labels;  ///< (pairs, negatives): neither of the state's two
};

/// Draws batches of both kinds for training by [CE] 6.3: batch `step` is a function of
/// (trajectories, options, seed, step). A trajectory is chosen first, then one of its states; the
/// future state is a geometric number of steps ahead, the trajectory's last at most. The negatives
/// of a pair are independent of one another, but share a pool with those of other pairs, so that a
/// state is embedded once for many of them: this changes no expected loss.
class MazeBatches {
 public:
  /// Throws Error as require_valid() does. Maze and trajectories must outlive it.
  MazeBatches(const Maze& maze, const MazeTrajectories& trajectories,
              const MazeBatchOptions& options, std::uint64_t seed);

  /// The batches of a step.
  ActionBatch actions(std::int64_t step) const;
  LabelBatch labels(std::int64_t step) const;

 private:
  const Maze& maze_;
  const MazeTrajectories& trajectories_;
  MazeBatchOptions options_;
  std::uint64_t seed_;
};

}  // namespace lagoon::datasets
