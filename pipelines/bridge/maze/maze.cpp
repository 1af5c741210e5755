#include "pipelines/bridge/maze/maze.hpp"

#include <string>

#include "flow/error.hpp"
#include "pipelines/bridge/maze/maze_report.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

std::string size_text(const MazeOptions& o) {
  std::int64_t steps = 0;
  const auto n_fits = static_cast<std::int64_t>(chosen_mazes(o).size()) * o.seeds;
  require(!__builtin_mul_overflow(n_fits, o.steps, &steps),
          "--maze-steps " + std::to_string(o.steps) + " of " + std::to_string(n_fits) +
              " fits are too many steps to count: take fewer");
  return "# " + std::to_string(n_fits) + " fits, " + std::to_string(steps) +
         " steps of training, " + std::to_string(2 * n_fits * o.episodes) + " episodes";
}

}  // namespace

int run_maze(const MazeOptions& options, const BridgeRun& run, const Invocation& invocation) {
  datasets::require_valid(options.batch);
  const std::string size = size_text(options);
  if (invocation.dry_run) {
    print(size);
    return kExitDone;
  }
  const auto folder = begin_bridge(run, invocation);
  std::vector<MazeResult> results;
  try {
    ResultStore store(run.out / "fits.jsonl", maze_training(options));
    results = study_mazes(options, run.seed, run.threads, store);
  } catch (const Stopped&) {
    return bridge_stopped(run);
  }
  write_maze_page(folder, options, results, invocation);
  finish_bridge(run, invocation, to_json(results), maze_text(results));
  return kExitDone;
}

}  // namespace lagoon::pipelines
