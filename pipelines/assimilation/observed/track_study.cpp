#include "pipelines/assimilation/observed/track_study.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

#include "datasets/drifters/storage/drifter_file.hpp"
#include "datasets/text/calendar.hpp"
#include "flow/assimilation/observed/track_scores.hpp"
#include "flow/error.hpp"
#include "pipelines/assimilation/observed/track_figure.hpp"
#include "pipelines/assimilation/observed/track_prior.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

constexpr double kHoursPerDay = 24;
constexpr double kPositionErrorMetres = 10;  // of GPS
constexpr double kPersistenceHours = 3;      // over which a velocity is taken

/// Positions in boxes, times in days since the first.
flow::TrackTable table_of(const datasets::DrifterFile& file, const std::string& name) {
  require(file.layout == datasets::DrifterLayout::orthogonal,
          name +
              ": its tracks have no common times (import them with --regular SECONDS --layout "
              "orthogonal)");
  flow::TrackTable table{{}, file.records.x, file.records.y};
  const auto n = static_cast<std::size_t>(file.tracks.rowsize.front());
  for (std::size_t i = 0; i < n; ++i) {
    table.times.push_back((file.tracks.time[i] - file.tracks.time[0]) / datasets::kSecondsPerDay);
  }
  return table;
}

TrackTask task_of(const datasets::DrifterFile& file, const std::string& name,
                  const ObservedRequest& request, int threads) {
  TrackTask task;
  task.table = table_of(file, name);
  task.metres_per_second = datasets::kSecondsPerDay / file.scales.length;
  task.position_error = kPositionErrorMetres / file.scales.length;
  if (request.max_wavenumber > 0) task.max_wavenumber = request.max_wavenumber;
  task.seen_share = request.seen_share;
  task.threads = threads;
  return task;
}

/// The windows of at least three drifters: one to be held out, two to be seen.
std::vector<flow::TrackWindow> windows_of(const TrackTask& task, const ObservedRequest& request) {
  constexpr std::size_t kFewest = 3;
  require(task.table.n_times() > 1, "the file has one common time: import it with more");
  const double step = task.table.times[1] - task.table.times[0];
  const auto length =
      static_cast<std::size_t>(std::lround(request.window_hours / kHoursPerDay / step));
  auto windows = flow::cut_windows(task.table, length, kFewest);
  require(windows.size() >= 2,
          "--window-hours " + figures_text(request.window_hours) + ": " +
              std::to_string(windows.size()) +
              " windows have three drifters, and two are needed (give shorter ones)");
  return windows;
}

HeldOutPart drifters_part() {
  return {"drifters",
          "One drifter held out, the others seen",
          "km",
          "windows",
          {"rest", "climatology", "nearest", "neighbours", "variational"},
          {"stays where it is", "climatology", "nearest drifter's way", "mean way of the others",
           "4D-Var with drift"},
          3,
          {},
          0,
          0};
}

HeldOutPart ends_part() {
  return {"ends",
          "The end of all tracks held out",
          "km",
          "windows",
          {"rest", "climatology", "persistence", "mean_persistence", "variational"},
          {"stays where it is", "climatology", "its last velocity persists",
           "its mean velocity persists", "4D-Var with drift"},
          2,
          {},
          0,
          0};
}

/// Forecasts in the order of drifters_part().
std::vector<flow::VectorForecast> of_drifter(const flow::TrackCase& one, const TrackPrior& prior,
                                             const Eigen::RowVector2d& climatology) {
  return {flow::forecast_by_velocity(one, Eigen::MatrixX2d::Zero(1, 2)),
          flow::forecast_by_velocity(one, climatology), flow::forecast_by_neighbours(one, true),
          flow::forecast_by_neighbours(one, false), prior.forecast(one)};
}

/// Forecasts in the order of ends_part().
std::vector<flow::VectorForecast> of_end(const flow::TrackCase& end, const TrackPrior& prior,
                                         const Eigen::RowVector2d& climatology) {
  const auto n = static_cast<Eigen::Index>(end.asked.n_drifters());
  const double all = end.asked.times.back();
  return {flow::forecast_by_velocity(end, Eigen::MatrixX2d::Zero(n, 2)),
          flow::forecast_by_velocity(end, climatology.replicate(n, 1)),
          flow::forecast_by_velocity(
              end, flow::velocities_before_release(end, kPersistenceHours / kHoursPerDay)),
          flow::forecast_by_velocity(end, flow::velocities_before_release(end, all)),
          prior.forecast(end)};
}

nlohmann::json prior_json(const TrackPrior& prior, const TrackTask& task) {
  return {{"eddy_speed", prior.eddy_speed / task.metres_per_second},
          {"drift_speed", prior.drift_speed / task.metres_per_second},
          {"drift_terms", prior.drift_terms},
          {"unresolved_speed", prior.unresolved.speed / task.metres_per_second},
          {"unresolved_memory_hours", prior.unresolved.memory * kHoursPerDay}};
}

std::vector<std::string> setting(const TrackTask& task, const std::vector<TrackPrior>& priors,
                                 const ObservedRequest& request, std::size_t n_windows) {
  const auto& prior = priors.front();
  const auto speed = [&](double value) { return figures_text(value / task.metres_per_second); };
  return {std::to_string(n_windows) + " windows of " + figures_text(request.window_hours) +
              " hours, of " + std::to_string(task.table.n_drifters()) + " drifters, in " +
              std::to_string(priors.size()) +
              " folds: each window is forecast under the prior that was fitted to the other folds.",
          "4D-Var, fitted without the first fold: steady waves of rms " + speed(prior.eddy_speed) +
              " m/s, a mean velocity of " + speed(prior.drift_speed) + " m/s with " +
              std::to_string(prior.drift_terms) + " cosines in time, and unresolved motion of " +
              speed(prior.unresolved.speed) + " m/s that is forgotten in " +
              figures_text(prior.unresolved.memory * kHoursPerDay) +
              " hours. Climatology is the mean velocity of all drifters before the window."};
}

/// One prior a fold, fitted to the windows of the others; window w is of fold w modulo their
/// number.
std::vector<TrackPrior> fit_folds(const TrackTask& task,
                                  const std::vector<flow::TrackWindow>& windows, int drift_terms,
                                  std::size_t n_folds) {
  std::vector<TrackPrior> priors;
  Progress progress("fitting priors", static_cast<std::int64_t>(n_folds), "folds");
  for (std::size_t fold = 0; fold < n_folds; ++fold) {
    std::vector<flow::TrackWindow> others;
    for (std::size_t w = 0; w < windows.size(); ++w) {
      if (w % n_folds != fold) others.push_back(windows[w]);
    }
    priors.push_back(fit_track_prior(task, others, drift_terms));
    progress.update(static_cast<std::int64_t>(fold + 1));
  }
  progress.finish();
  return priors;
}

/// A case with what every method says of it.
struct ForecastCase {
  std::size_t part = 0;  ///< 0: a drifter held out, 1: the end of all
  const TrackPrior* prior = nullptr;
  flow::TrackCase track_case;
  std::vector<flow::VectorForecast> forecasts;  ///< (method)
};

/// The classical methods, of every window.
std::vector<ForecastCase> forecast_cases(const TrackTask& task,
                                         const std::vector<flow::TrackWindow>& windows,
                                         const std::vector<TrackPrior>& priors) {
  std::vector<ForecastCase> result;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const auto& prior = priors[w % priors.size()];
    auto cases = cases_of(task, windows[w], prior);
    const auto climatology = flow::mean_velocity_before(task.table, windows[w].first);
    const auto add = [&](std::size_t part, flow::TrackCase one, const auto& forecast) {
      one.unit = w;
      auto forecasts = forecast(one, prior, climatology);
      result.push_back({part, &prior, std::move(one), std::move(forecasts)});
    };
    for (auto& one : cases.drifters) add(0, std::move(one), of_drifter);
    add(1, std::move(cases.end), of_end);
  }
  return result;
}

/// Adds those of encoders.
LearnedRecord add_learned(const LearnedForecaster& learned, int threads,
                          std::vector<ForecastCase>& cases) {
  LearnedRecord record;
  record.resize(cases.size());
  Progress progress("learning", static_cast<std::int64_t>(cases.size()), "cases");
  std::mutex telling;
  std::int64_t done = 0;
  learned.for_each_case(cases.size(), threads, [&](std::size_t i) {
    auto& one = cases[i];
    auto forecast = learned.of_tracks(one.track_case, one.prior->drift(), one.prior->unresolved, i);
    one.forecasts.push_back(std::move(forecast.sampled));
    one.forecasts.push_back(std::move(forecast.refined));
    record.put(i, forecast);
    const std::scoped_lock lock(telling);
    progress.update(++done);
  });
  progress.finish();
  return record;
}

}  // namespace

ObservedStudy study_tracks(const std::filesystem::path& data, const ObservedRequest& request,
                           const LearnedForecaster& learned, std::uint64_t seed, int threads) {
  const auto file = datasets::read_drifter_file(data);
  const TrackTask task = task_of(file, data.string(), request, threads);
  const auto windows = windows_of(task, request);
  const std::size_t n_folds = std::min(static_cast<std::size_t>(request.folds), windows.size());
  const auto priors = fit_folds(task, windows, request.drift_terms, n_folds);
  const double km = file.scales.length / datasets::kMetresPerKilometre;
  auto cases = forecast_cases(task, windows, priors);
  const auto record = learned.is_on() ? add_learned(learned, threads, cases) : LearnedRecord{};
  ObservedStudy study;
  study.parts = {drifters_part(), ends_part()};
  for (std::size_t part = 0; part < study.parts.size(); ++part) {
    if (learned.is_on()) add_learned_methods(study.parts[part], /*has_refined=*/true);
    flow::HeldOutRecord scores(study.parts[part].methods);
    for (const auto& one : cases) {
      if (one.part == part) flow::add_case(one.track_case, one.forecasts, km, scores);
    }
    score_part(scores, seed, study.parts[part]);
  }
  study.title = "Tracks of real drifters, drifters and ends held out";
  study.paragraphs = setting(task, priors, request, windows.size());
  study.more = {{"n_windows", windows.size()}, {"folds", nlohmann::json::array()}};
  for (const auto& prior : priors) study.more["folds"].push_back(prior_json(prior, task));
  if (learned.is_on()) describe_learned(record, learned.request(), study);
  const std::size_t middle = windows.size() / 2;
  study.draw = [task, prior = priors[middle % n_folds], window = windows[middle],
                km](const FigureFolder& folder) {
    return draw_tracks(folder, cases_of(task, window, prior), prior, km);
  };
  return study;
}

}  // namespace lagoon::pipelines
