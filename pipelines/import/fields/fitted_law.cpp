#include "pipelines/import/fields/fitted_law.hpp"

#include <cmath>

#include "datasets/text/calendar.hpp"
#include "flow/error.hpp"
#include "pipelines/import/fields/explained_variance.hpp"

namespace lagoon::pipelines {
namespace {

constexpr std::size_t kFewestForRates = 10;

// -d psi/dy, d psi/dx of a plane, m/s.
std::array<double, 2> velocity_of(const flow::Plane& plane, double side) {
  return {-plane.slope_y / side, plane.slope_x / side};
}

void set_mean_velocity(FittedFlows& fitted, const std::vector<SnapshotProjection>& snapshots,
                       double side) {
  const auto n = static_cast<double>(snapshots.size());
  for (const auto& snapshot : snapshots) {
    const auto velocity = velocity_of(snapshot.plane, side);
    for (int c = 0; c < 2; ++c) fitted.mean_velocity[c] += velocity[c] / n;
  }
  double squares = 0;
  for (const auto& snapshot : snapshots) {
    const auto velocity = velocity_of(snapshot.plane, side);
    squares += std::pow(velocity[0] - fitted.mean_velocity[0], 2) +
               std::pow(velocity[1] - fitted.mean_velocity[1], 2);
  }
  fitted.mean_velocity_spread = std::sqrt(squares / n);
}

// Seconds between neighbouring snapshots.
double even_interval(const std::vector<double>& seconds) {
  const double interval =
      (seconds.back() - seconds.front()) / static_cast<double>(seconds.size() - 1);
  for (std::size_t s = 1; s < seconds.size(); ++s) {
    require(interval > 0 && std::abs(seconds[s] - seconds[s - 1] - interval) < 0.01 * interval,
            "frequencies (--frequencies) need evenly spaced snapshots: snapshot " +
                std::to_string(s) + " is not (choose others by --snapshots, or steady)");
  }
  return interval;
}

void fit_rates(FittedFlows& fitted, const FieldSource& source, const FieldImportOptions& options) {
  const std::size_t n = source.seconds.size();
  const bool asked = options.frequencies == "fit", mirrored = options.projection.edges == "extend";
  fitted.steady = !asked && (options.frequencies == "steady" || n < kFewestForRates || mirrored);
  if (fitted.steady) return;
  require(!mirrored,
          "--frequencies fit: a wave and its mirror images (--edges extend) travel both "
          "ways, so they have none (give --edges taper, or --frequencies steady)");
  require(n > 1,
          "frequencies (--frequencies fit) need several snapshots in time, not one: give a "
          "series, or --frequencies steady");
  fitted.rates = flow::fit_mode_rates(fitted.psi_hat, fitted.law.n_modes(),
                                      even_interval(source.seconds) / fitted.time_s, options.lag);
}

flow::Law make_fitted_law(const FittedFlows& fitted, const FieldImportOptions& options) {
  flow::LawOptions law = law_options(options.drifters);
  law.prior = "table";
  law.scale = "none";
  law.mode_table = {fitted.law.modes, fitted.prior.std, fitted.rates.omega, fitted.rates.damping};
  law.omega_std = 0;
  law.final_time = options.law.final_time;
  law.mean_velocity_x = fitted.mean_velocity[0] * fitted.time_s / fitted.length_m;
  law.mean_velocity_y = fitted.mean_velocity[1] * fitted.time_s / fitted.length_m;
  return flow::make_law(law);
}

}  // namespace

FittedFlows fit_flows(const FieldSource& source, const std::vector<SnapshotProjection>& snapshots,
                      const FieldImportOptions& options) {
  FittedFlows fitted;
  fitted.length_m = torus_side(source, options.projection);
  fitted.time_s = options.window_days * datasets::kSecondsPerDay / options.law.final_time;
  fitted.law.modes = flow::half_plane_modes(options.law.max_wavenumber);
  fitted.psi_hat = half_plane_psi_hat(snapshots, options.law.max_wavenumber);
  for (auto& value : fitted.psi_hat) value *= fitted.time_s / (fitted.length_m * fitted.length_m);
  set_mean_velocity(fitted, snapshots, source.side);
  fitted.prior = flow::fit_random_mode_prior(options.law.prior, fitted.law.modes, fitted.psi_hat);
  fit_rates(fitted, source, options);
  fitted.law = make_fitted_law(fitted, options);
  return fitted;
}

}  // namespace lagoon::pipelines
