#include "pipelines/bridge/maze/maze_study.hpp"

#include <mutex>

#include "contrastive/bridging/navigation/maze_fit.hpp"
#include "contrastive/bridging/navigation/policies.hpp"
#include "contrastive/threads.hpp"
#include "flow/error.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/signals.hpp"

namespace lagoon::pipelines {
namespace {

/// One fit and its trial.
struct Task {
  std::string maze;
  std::uint64_t seed = 0;

  std::string key() const { return maze + "_" + std::to_string(seed); }
};

nlohmann::json to_json(const contrastive::MazeFit& fit) {
  return {{"action_loss", fit.losses.action},
          {"label_loss", fit.losses.label},
          {"weights", fit.encoders.weights()}};
}

contrastive::MazeFit stored_fit(const ResultStore& store, const Task& task) {
  const auto* json = store.find(task.key());
  try {
    return {
        {datasets::maze_named(task.maze).n_labels(), json->at("weights").get<std::vector<float>>()},
        {json->at("action_loss"), json->at("label_loss")}};
  } catch (const std::exception& error) {
    throw Error("the stored fit " + task.key() +
                " is damaged (remove its line from fits.jsonl): " + error.what());
  }
}

std::vector<Task> all_tasks(const MazeOptions& options, std::uint64_t seed) {
  std::vector<Task> tasks;
  for (int s = 0; s < options.seeds; ++s) {
    for (const auto& maze : chosen_mazes(options)) {
      tasks.push_back({maze, seed + static_cast<std::uint64_t>(s)});
    }
  }
  return tasks;
}

contrastive::MazeFit fit_one(const MazeOptions& options, const Task& task,
                             const std::function<void()>& before_step) {
  const datasets::Maze maze = datasets::maze_named(task.maze);
  const auto trajectories = datasets::expert_trajectories(maze, task.seed, options.trajectories);
  const datasets::MazeBatches batches(maze, trajectories, options.batch, task.seed);
  return contrastive::fit_maze_encoders(
      batches, maze.n_labels(), {options.steps, options.learning_rate, task.seed}, before_step);
}

void fit_missing(const MazeOptions& options, const std::vector<Task>& tasks, int threads,
                 ResultStore& store) {
  make_missing(tasks, threads, store, {"training", "steps", options.steps},
               [&](const Task& task, const CountUnit& count) {
                 return to_json(fit_one(options, task, [&] {
                   stop_if_asked();
                   count("");
                 }));
               });
}

MazeTrial run_trial(const MazeOptions& options, const Task& task, const contrastive::MazeFit& fit) {
  const datasets::Maze maze = datasets::maze_named(task.maze);
  const auto bridge = contrastive::uniform_states(maze, task.seed, options.states);
  MazeTrial trial{task.seed,
                  fit.losses.action,
                  fit.losses.label,
                  datasets::draw_tasks(maze, task.seed, options.episodes),
                  {}};
  const datasets::MazePolicy policies[] = {contrastive::direct_policy(fit.encoders),
                                           contrastive::monte_carlo_policy(fit.encoders, bridge)};
  for (const MazePolicyKind kind : kMazePolicies) {
    const auto i = static_cast<std::size_t>(kind);
    trial.episodes[i] = datasets::run_episodes(maze, trial.tasks, policies[i], {}, task.seed);
  }
  return trial;
}

}  // namespace

nlohmann::json maze_training(const MazeOptions& o) {
  return {{"version", kMazeFitVersion},           {"steps", o.steps},
          {"trajectories", o.trajectories},       {"pairs", o.batch.pairs},
          {"action_pairs", o.batch.action_pairs}, {"negatives", o.batch.negatives},
          {"learning_rate", o.learning_rate}};
}

std::vector<MazeResult> study_mazes(const MazeOptions& options, std::uint64_t seed, int threads,
                                    ResultStore& store) {
  const auto tasks = all_tasks(options, seed);
  // A trial is one thread's work, as a fit is.
  fit_missing(options, tasks, threads, store);
  std::vector<MazeTrial> trials(tasks.size());
  Progress progress("episodes", static_cast<std::int64_t>(tasks.size()), "trials");
  std::int64_t done = 0;
  std::mutex turn;
  contrastive::run_side_by_side(tasks.size(), threads, [&](std::size_t i) {
    stop_if_asked();
    trials[i] = run_trial(options, tasks[i], stored_fit(store, tasks[i]));
    const std::scoped_lock lock(turn);
    progress.update(++done);
  });
  progress.finish();
  std::vector<MazeResult> results;
  for (const auto& maze : chosen_mazes(options)) {
    results.push_back({maze, {}});
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      if (tasks[i].maze == maze) results.back().trials.push_back(std::move(trials[i]));
    }
  }
  return results;
}

}  // namespace lagoon::pipelines
