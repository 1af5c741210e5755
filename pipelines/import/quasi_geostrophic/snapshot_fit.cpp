#include "pipelines/import/quasi_geostrophic/snapshot_fit.hpp"

#include <algorithm>
#include <cmath>

#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

std::size_t nearest_time(const datasets::QuasiGeostrophicRun& run) {
  const auto nearer = [&run](double a, double b) {
    return std::abs(a - run.snapshot_day) < std::abs(b - run.snapshot_day);
  };
  return static_cast<std::size_t>(std::ranges::min_element(run.days, nearer) - run.days.begin());
}

// The grid's point (0, 0) is at x = y = -box / 2.
flow::VelocitySamples drifter_velocities(const datasets::QuasiGeostrophicRun& run,
                                         std::size_t time) {
  flow::VelocitySamples samples;
  const double scale = 1 / (run.box() * (run.days[time + 1] - run.days[time - 1]));
  for (std::size_t drifter = 0; drifter < run.n_drifters; ++drifter) {
    const double* x = run.x.data() + drifter * run.n_times() + time;
    const double* y = run.y.data() + drifter * run.n_times() + time;
    samples.x.push_back(*x / run.box() + 0.5);
    samples.y.push_back(*y / run.box() + 0.5);
    samples.velocity_x.push_back((x[1] - x[-1]) * scale);
    samples.velocity_y.push_back((y[1] - y[-1]) * scale);
  }
  return samples;
}

flow::VelocityFit fit_barotropic(const flow::SpectralField& q,
                                 const flow::VelocitySamples& drifters, bool with_mean_flow) {
  const flow::SpectralField psi = flow::invert_potential_vorticity(q, 0);
  return flow::fit_velocity(flow::velocity_at(psi, drifters.x, drifters.y), drifters,
                            with_mean_flow);
}

}  // namespace

SnapshotFit fit_snapshot(const datasets::QuasiGeostrophicRun& run) {
  SnapshotFit fit;
  fit.time = nearest_time(run);
  require(fit.time > 0 && fit.time + 1 < run.n_times(),
          "the snapshot must lie between the drifters' first and last times");
  std::vector<double> q = run.q;
  fit.planetary_jump = flow::remove_planetary_part(q, run.n_grid);
  const auto vorticity = flow::SpectralField::from_grid(q, run.n_grid);
  fit.drifters = drifter_velocities(run, fit.time);
  fit.best = flow::fit_deformation(vorticity, fit.drifters);
  fit.barotropic = fit_barotropic(vorticity, fit.drifters, true);
  fit.barotropic_no_mean = fit_barotropic(vorticity, fit.drifters, false);
  fit.psi = flow::scaled(flow::invert_potential_vorticity(vorticity, fit.best.F),
                         fit.best.velocity.amplitude);
  return fit;
}

Truncation score_truncation(const SnapshotFit& fit, int max_wavenumber) {
  const flow::SpectralField kept = flow::truncate(fit.psi, max_wavenumber);
  const auto model = flow::velocity_at(kept, fit.drifters.x, fit.drifters.y);
  return {max_wavenumber, flow::velocity_variance(kept) / flow::velocity_variance(fit.psi),
          flow::variance(kept) / flow::variance(fit.psi),
          flow::fit_mean_flow(model, fit.drifters, 1), flow::fit_velocity(model, fit.drifters)};
}

}  // namespace lagoon::pipelines
