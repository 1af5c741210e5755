#pragma once

#include <cstdint>
#include <functional>

#include "contrastive/bridging/navigation/maze_encoders.hpp"
#include "contrastive/bridging/navigation/maze_loss.hpp"

namespace lagoon::contrastive {

/// How the encoders of a maze are trained.
struct MazeFitOptions {
  std::int64_t steps = 20000;
  double learning_rate = 0.01;  ///< of Adam, constant
  std::uint64_t seed = 0;       ///< of the initial weights
};

/// What training reached.
struct MazeFit {
  MazeEncoders encoders;
  MazeLosses losses;  ///< means over the last tenth of the steps
};

/// Trains the encoders of a maze on its batches, on the calling thread. before_step (may be empty)
/// is called before each step; what it throws ends the fit. Throws Error for options that cannot be
/// and for a loss that is not finite.
MazeFit fit_maze_encoders(const datasets::MazeBatches& batches, int n_labels,
                          const MazeFitOptions& options,
                          const std::function<void()>& before_step = {});

}  // namespace lagoon::contrastive
