#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "datasets/mazes/batches.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon bridge maze: [CE] 6.3 as its errata have it.
struct MazeOptions {
  std::string mazes = "all";  ///< all | names separated by commas
  int seeds = 3;
  std::int64_t episodes = 200;  ///< of each seed
  std::int64_t steps = 20000;
  std::int64_t states = 5000;  ///< bridge samples
  std::int64_t trajectories = 20000;
  datasets::MazeBatchOptions batch;
  double learning_rate = 0.01;
};

/// `maze`: true if the options matter.
void declare_maze(OptionTable& table, MazeOptions& options, const std::function<bool()>& maze);

/// Throws Error for a maze that is not known or named twice, or for none.
std::vector<std::string> chosen_mazes(const MazeOptions& options);

}  // namespace lagoon::pipelines
