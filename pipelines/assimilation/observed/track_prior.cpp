#include "pipelines/assimilation/observed/track_prior.hpp"

#include <limits>

#include "flow/assimilation/observed/track_scores.hpp"
#include "flow/assimilation/observed/velocity_regression.hpp"
#include "flow/integration/parallel.hpp"

namespace lagoon::pipelines {
namespace {

constexpr double kHour = 1.0 / 24;

double crps_of(const TrackTask& task, const std::vector<flow::TrackWindow>& windows,
               const TrackPrior& prior) {
  std::vector<flow::TrackCase> cases;
  std::vector<bool> is_end;
  for (const auto& window : windows) {
    auto of_window = cases_of(task, window, prior);
    for (auto& one : of_window.drifters) cases.push_back(std::move(one)), is_end.push_back(false);
    cases.push_back(std::move(of_window.end)), is_end.push_back(true);
  }
  std::vector<flow::VectorForecast> forecasts(cases.size());
  flow::parallel_for(cases.size(), task.threads,
                     [&](std::size_t i) { forecasts[i] = prior.forecast(cases[i]); });
  double sum = 0;
  for (const bool ends : {false, true}) {
    flow::HeldOutRecord record({"variational"});
    for (std::size_t i = 0; i < cases.size(); ++i) {
      cases[i].unit = i;
      if (is_end[i] == ends) flow::add_case(cases[i], {forecasts[i]}, 1, record);
    }
    sum += record.scores(0, 0).front().crps.value;
  }
  return sum;
}

}  // namespace

flow::Law TrackPrior::law(int max_wavenumber, double position_error) const {
  // (4 pi^2 |k|^2 + tau^2)^-1 with tau^2 small beside the first wave's.
  flow::VelocityPrior prior{.matern_tau = 1, .matern_alpha = 1, .rms_speed = eddy_speed};
  flow::Law law = flow::steady_law(flow::steady_modes(max_wavenumber), prior);
  law.observation_noise_std = position_error;
  return law;
}

flow::VectorForecast TrackPrior::forecast(const flow::TrackCase& track_case) const {
  return flow::forecast_by_variational(track_case, drift(), unresolved,
                                       flow::assimilate_case(track_case, drift(), unresolved));
}

WindowCases cases_of(const TrackTask& task, const flow::TrackWindow& window,
                     const TrackPrior& prior) {
  const flow::Law law = prior.law(task.max_wavenumber, task.position_error);
  WindowCases cases;
  for (const std::size_t drifter : window.drifters(task.table)) {
    cases.drifters.push_back(flow::hold_out_drifter(task.table, window, drifter, law));
  }
  cases.end = flow::hold_out_end(task.table, window, task.seen_share, law);
  return cases;
}

TrackPrior fit_track_prior(const TrackTask& task, const std::vector<flow::TrackWindow>& windows,
                           int drift_terms) {
  constexpr int kTurns = 2;
  const double unit = task.metres_per_second;
  TrackPrior best{0.05 * unit, 0.2 * unit, {0.03 * unit, 4 * kHour}, drift_terms};
  double least = std::numeric_limits<double>::infinity();
  const auto try_values = [&](double& value, const std::vector<double>& values, double scale) {
    double chosen = value;
    for (const double candidate : values) {
      value = candidate * scale;
      const double crps = crps_of(task, windows, best);
      if (crps < least) least = crps, chosen = value;
    }
    value = chosen;
  };
  for (int turn = 0; turn < kTurns; ++turn) {
    try_values(best.unresolved.speed, {0.01, 0.02, 0.04, 0.08}, unit);
    try_values(best.eddy_speed, {0.02, 0.05, 0.1, 0.2}, unit);
    try_values(best.unresolved.memory, {1, 4, 16}, kHour);
    try_values(best.drift_speed, {0.1, 0.2, 0.4}, unit);
  }
  return best;
}

}  // namespace lagoon::pipelines
