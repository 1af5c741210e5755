#include "pipelines/bridge/maze/maze_scores.hpp"

#include "flow/numerics/sample_moments.hpp"
#include "pipelines/retrieval/statistics.hpp"

namespace lagoon::pipelines {
namespace {

double measured(const datasets::Episode& episode, const datasets::EpisodeTask& task,
                MazeMeasure measure) {
  switch (measure) {
    case MazeMeasure::success:
      return episode.success ? 1 : 0;
    case MazeMeasure::spl:
      return weighted_success(episode, task.cell_length);
    case MazeMeasure::spl_of_curve:
      return weighted_success(episode, task.length);
  }
  return 0;
}

std::vector<double> values_of(const MazeTrial& trial, MazePolicyKind kind, MazeMeasure measure) {
  std::vector<double> values;
  const auto& episodes = trial.of(kind);
  for (std::size_t i = 0; i < episodes.size(); ++i) {
    values.push_back(measured(episodes[i], trial.tasks[i], measure));
  }
  return values;
}

std::vector<double> all_values(const std::vector<MazeTrial>& trials, MazePolicyKind kind,
                               MazeMeasure measure) {
  std::vector<double> all;
  for (const auto& trial : trials) {
    const auto values = values_of(trial, kind, measure);
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

MazeScore with_standard_errors(const std::vector<double>& values) {
  const auto moments = flow::sample_moments(values);
  const double half = moments.n > 1 ? flow::kNormal975 * moments.standard_error() : 1;
  return {moments.mean, moments.mean - half, moments.mean + half};
}

}  // namespace

std::string to_string(MazePolicyKind kind) {
  return kind == MazePolicyKind::direct ? "direct" : "monte_carlo";
}

std::string to_string(MazeMeasure measure) {
  switch (measure) {
    case MazeMeasure::success:
      return "success";
    case MazeMeasure::spl:
      return "spl";
    case MazeMeasure::spl_of_curve:
      return "spl_of_curve";
  }
  return {};
}

MazeScore score(const std::vector<MazeTrial>& trials, MazePolicyKind kind, MazeMeasure measure) {
  const auto values = all_values(trials, kind, measure);
  if (measure != MazeMeasure::success) return with_standard_errors(values);
  const double share = flow::sample_mean(values);
  const auto [low, high] = wilson_interval(share, static_cast<std::int64_t>(values.size()));
  return {share, low, high};
}

MazeScore gain(const std::vector<MazeTrial>& trials, MazeMeasure measure) {
  auto differences = all_values(trials, MazePolicyKind::monte_carlo, measure);
  const auto direct = all_values(trials, MazePolicyKind::direct, measure);
  for (std::size_t i = 0; i < direct.size(); ++i) differences[i] -= direct[i];
  return with_standard_errors(differences);
}

double mean_of(const MazeTrial& trial, MazePolicyKind kind, MazeMeasure measure) {
  return flow::sample_mean(values_of(trial, kind, measure));
}

}  // namespace lagoon::pipelines
