#include "pipelines/bridge/maze/maze_options.hpp"

#include <algorithm>

#include "datasets/mazes/maze.hpp"
#include "flow/error.hpp"
#include "pipelines/generation/text_lists.hpp"

namespace lagoon::pipelines {
namespace {

// Seconds of training, for a first look.
constexpr const char* kTrialPreset = R"(maze_steps = 1500
trajectories = 5000
maze_seeds = 1
)";

}  // namespace

void declare_maze(OptionTable& table, MazeOptions& o, const std::function<bool()>& maze) {
  OptionGroup group(
      table, [&](Option& option) { option.in_group("maze").only_if(maze, "the study maze"); });
  group.add("mazes", &o.mazes, anything(), "all, or of fork,island,blank");
  group.add("maze-seeds", &o.seeds, at_least(1),
            "fits of each maze, with other trajectories, weights and episodes");
  group.add("episodes", &o.episodes, at_least(1), "of each seed, the same for both policies");
  group.add("maze-steps", &o.steps, at_least(1), "of training");
  group.add("states", &o.states, at_least(1), "bridge samples of the Monte-Carlo policy");
  group.add("trajectories", &o.trajectories, at_least(1), "of the expert");
  group.add("maze-pairs", &o.batch.pairs, at_least(2), "of either kind in a batch");
  group.add("negatives", &o.batch.negatives, at_least(1), "of each pair, either way");
  group.add("action-pairs", &o.batch.action_pairs, at_least(1),
            "of a batch whose directions are told from wrong ones");
  group.add("maze-learning-rate", &o.learning_rate, positive(), "of Adam, constant");
  table.preset("trial", kTrialPreset);
}

std::vector<std::string> chosen_mazes(const MazeOptions& options) {
  if (options.mazes == "all") return {datasets::kMazeNames.begin(), datasets::kMazeNames.end()};
  auto names = split_text(options.mazes, ',');
  require(!names.empty(), "--mazes is empty: give all, or of fork, island, blank");
  for (auto name = names.begin(); name != names.end(); ++name) {
    datasets::maze_named(*name);
    require(std::find(names.begin(), name, *name) == name,
            "--mazes names " + *name + " twice (name each once)");
  }
  return names;
}

}  // namespace lagoon::pipelines
