#include "pipelines/import/quasi_geostrophic/imported_flow.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "flow/error.hpp"
#include "flow/integration/trajectories.hpp"

namespace lagoon::pipelines {
namespace {

struct Window {
  std::size_t begin;  // drifter time of the release
  std::size_t n_times;
};

Window window_of(const datasets::QuasiGeostrophicRun& run, const SnapshotFit& fit, int half) {
  const auto half_window = static_cast<std::size_t>(half);
  require(half >= 1 && half_window <= fit.time && fit.time + half_window < run.n_times(),
          "half window (--half-window) " + std::to_string(half) +
              ": must be at least 1 and within the record, " +
              std::to_string(std::min(fit.time, run.n_times() - 1 - fit.time)) + " times here");
  return {fit.time - half_window, 2 * half_window};
}

double in_unit_interval(double position) {
  return position - std::floor(position);
}

void set_geometry(ImportedFlow& imported, const datasets::QuasiGeostrophicRun& run,
                  const Window& window, double final_time) {
  for (std::size_t drifter = 0; drifter < run.n_drifters; ++drifter) {
    const std::size_t at = drifter * run.n_times() + window.begin;
    imported.law.release_x.push_back(in_unit_interval(run.x[at] / run.box() + 0.5));
    imported.law.release_y.push_back(in_unit_interval(run.y[at] / run.box() + 0.5));
  }
  for (std::size_t j = 1; j <= window.n_times; ++j) {
    imported.law.times.push_back(static_cast<double>(j) * final_time /
                                 static_cast<double>(window.n_times));
  }
}

// Release point plus the real displacement without the mean flow (boxes a day).
std::vector<double> real_positions(const datasets::QuasiGeostrophicRun& run, const Window& window,
                                   const std::vector<double>& positions,
                                   const std::vector<double>& release, double mean_flow) {
  std::vector<double> result;
  for (std::size_t drifter = 0; drifter < run.n_drifters; ++drifter) {
    const double* track = positions.data() + drifter * run.n_times() + window.begin;
    for (std::size_t j = 1; j <= window.n_times; ++j) {
      const double days = run.days[window.begin + j] - run.days[window.begin];
      result.push_back(release[drifter] + (track[j] - track[0]) / run.box() - mean_flow * days);
    }
  }
  return result;
}

// The finest step between different values, over sqrt 12: rounding is uniform.
double quantisation_std(const datasets::QuasiGeostrophicRun& run) {
  std::vector<double> sorted = run.y;
  std::ranges::sort(sorted);
  double step = run.box();
  const double least = 1e-9 * run.box();  // differences below this are rounding of equal values
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const double difference = sorted[i] - sorted[i - 1];
    if (difference > least) step = std::min(step, difference);
  }
  return step / run.box() / std::sqrt(12.0);
}

double root_mean(double sum, std::size_t count) {
  return std::sqrt(sum / static_cast<double>(count));
}

PositionErrors measure_errors(const ImportedFlow& imported) {
  const flow::Law& law = imported.law;
  const std::size_t n_times = law.n_times(), n = law.n_drifters();
  std::vector<double> x(n * n_times), y(n * n_times);
  constexpr double kTolerance = 1e-10;  // far below any misfit
  flow::integrate_adaptive(law, imported.psi_hat, kTolerance, x, y);
  PositionErrors errors;
  double all_moved = 0, all_missed = 0;
  for (std::size_t j = 0; j < n_times; ++j) {
    double moved = 0, missed = 0;
    for (std::size_t drifter = 0; drifter < n; ++drifter) {
      const std::size_t at = drifter * n_times + j;
      moved += std::pow(imported.x[at] - law.release_x[drifter], 2) +
               std::pow(imported.y[at] - law.release_y[drifter], 2);
      missed += std::pow(imported.x[at] - x[at], 2) + std::pow(imported.y[at] - y[at], 2);
    }
    errors.displacement_in_time.push_back(root_mean(moved, 2 * n));
    errors.misfit_in_time.push_back(root_mean(missed, 2 * n));
    all_moved += moved;
    all_missed += missed;
  }
  errors.displacement = root_mean(all_moved, 2 * n * n_times);
  errors.misfit = root_mean(all_missed, 2 * n * n_times);
  return errors;
}

// The law's errors are independent from time to time, while those of the retained modes grow along
// a track: as one error a track they tell n_times times less than their size says.
double noise_std(const std::string& noise, const PositionErrors& errors, std::size_t n_times) {
  if (noise == "correlated-misfit") return errors.misfit * std::sqrt(static_cast<double>(n_times));
  if (noise == "misfit") return errors.misfit;
  require(noise == "quantisation",
          "noise (--noise) '" + noise + "': give correlated-misfit, misfit or quantisation");
  return errors.quantisation;
}

}  // namespace

ImportedFlow import_flow(const datasets::QuasiGeostrophicRun& run, const SnapshotFit& fit,
                         const FlowImportOptions& options) {
  const Window window = window_of(run, fit, options.half_window);
  ImportedFlow imported;
  imported.box_km = run.box();
  imported.time_unit_days =
      (run.days[window.begin + window.n_times] - run.days[window.begin]) / options.final_time;

  flow::Law& law = imported.law;
  law.modes = flow::half_plane_modes(options.max_wavenumber);
  law.omega.assign(law.n_modes(), 0.0);
  law.damping.assign(law.n_modes(), 0.0);
  set_geometry(imported, run, window, options.final_time);
  law.release_time.assign(law.n_drifters(), 0.0);
  imported.psi_hat = flow::project(flow::scaled(fit.psi, imported.time_unit_days), law.modes);
  imported.prior = flow::fit_random_mode_prior(options.prior, law.modes, imported.psi_hat);
  law.prior_std = imported.prior.std;
  imported.rms_speed = flow::rms_speed(law);

  const flow::VelocityFit& velocity = fit.best.velocity;
  imported.x = real_positions(run, window, run.x, law.release_x, velocity.mean_x);
  imported.y = real_positions(run, window, run.y, law.release_y, velocity.mean_y);
  imported.errors = measure_errors(imported);
  imported.errors.quantisation = quantisation_std(run);
  law.observation_noise_std = noise_std(options.noise, imported.errors, window.n_times);
  flow::require_valid(law);
  return imported;
}

}  // namespace lagoon::pipelines
