#include "pipelines/import/quasi_geostrophic/import_report.hpp"

#include <cmath>
#include <iomanip>
#include <numbers>
#include <sstream>

#include "pipelines/import/imported_dataset.hpp"

namespace lagoon::pipelines {
namespace {

// The box is 2 pi long in the units of the inversion: F = (box / (2 pi radius))^2.
double deformation_radius_km(const SnapshotFit& fit, const ImportedFlow& imported) {
  return imported.box_km / (2 * std::numbers::pi * std::sqrt(fit.best.F));
}

void write_fit(std::ostream& out, const SnapshotFit& fit, const ImportedFlow& imported) {
  const flow::VelocityFit& velocity = fit.best.velocity;
  out << std::fixed << std::setprecision(3) << "planetary part of q: " << fit.planetary_jump
      << " across the box, removed\n"
      << "F = " << std::setprecision(2) << fit.best.F << " (deformation radius "
      << std::setprecision(1) << deformation_radius_km(fit, imported) << " km), mean flow "
      << std::setprecision(2) << velocity.mean_x * imported.box_km << ", "
      << velocity.mean_y * imported.box_km << " km/day: R^2 = " << std::setprecision(4)
      << velocity.r_squared << " of " << fit.drifters.size() << " drifters' velocities\n"
      << "F = 0: R^2 = " << fit.barotropic.r_squared
      << " (about zero, without a mean flow: " << fit.barotropic_no_mean.r_squared_about_zero
      << ")\n";
}

void write_truncations(std::ostream& out, const std::vector<Truncation>& truncations) {
  out << "   modes  kept velocity variance      R^2  about zero  amplitude refitted\n"
      << std::setprecision(3);
  for (const Truncation& row : truncations) {
    out << std::setw(8) << modes_text(row.max_wavenumber) << std::setw(24)
        << row.kept_velocity_variance << std::setw(9) << row.as_fitted.r_squared << std::setw(12)
        << row.as_fitted.r_squared_about_zero << std::setw(20) << row.refitted.r_squared << "\n";
  }
}

void write_flow(std::ostream& out, const ImportedFlow& imported) {
  const PositionErrors& errors = imported.errors;
  out << "units: length " << std::setprecision(2) << imported.box_km << " km, time "
      << imported.time_unit_days << " days; " << imported.law.n_modes() << " modes, rms speed "
      << std::setprecision(4) << imported.rms_speed << "\n"
      << "prior: exponent " << std::setprecision(3) << imported.prior.exponent
      << (imported.prior.at_bound ? " (at the end of its range)" : " (0: no power law)")
      << ", log-likelihood " << std::setprecision(1) << imported.prior.log_likelihood
      << " (a draw's mean " << imported.prior.expected_log_likelihood
      << "), largest |psi_hat|^2 / prior_std^2 = " << imported.prior.largest_departure
      << ", chance " << std::scientific << std::setprecision(1) << imported.prior.chance_of_largest
      << "\n"
      << std::setprecision(3) << "positions, per component: displacement " << errors.displacement
      << ", misfit of the retained modes' flow " << errors.misfit << ", quantisation "
      << errors.quantisation << "; observation noise of the law "
      << imported.law.observation_noise_std;
}

nlohmann::json velocity_json(const flow::VelocityFit& fit) {
  return {{"amplitude", fit.amplitude},
          {"r_squared", fit.r_squared},
          {"r_squared_about_zero", fit.r_squared_about_zero}};
}

nlohmann::json truncation_json(const Truncation& row) {
  return {{"max_wavenumber", row.max_wavenumber},
          {"modes", modes_text(row.max_wavenumber)},
          {"kept_velocity_variance", row.kept_velocity_variance},
          {"kept_psi_variance", row.kept_psi_variance},
          {"as_fitted", velocity_json(row.as_fitted)},
          {"refitted", velocity_json(row.refitted)}};
}

nlohmann::json fit_json(const SnapshotFit& fit, const ImportedFlow& imported) {
  const flow::VelocityFit& velocity = fit.best.velocity;
  nlohmann::json json = velocity_json(velocity);
  json["F"] = fit.best.F;
  json["deformation_radius_km"] = deformation_radius_km(fit, imported);
  // Velocity of a unit gradient of psi on the box of side 2 pi.
  json["velocity_unit_km_per_day"] = 2 * std::numbers::pi * velocity.amplitude * imported.box_km;
  json["mean_flow_km_per_day"] = {velocity.mean_x * imported.box_km,
                                  velocity.mean_y * imported.box_km};
  json["n_drifters"] = fit.drifters.size();
  return json;
}

nlohmann::json prior_json(const flow::RandomModePrior& prior) {
  return {{"exponent", prior.exponent},
          {"at_bound", prior.at_bound},
          {"log_likelihood", prior.log_likelihood},
          {"expected_log_likelihood", prior.expected_log_likelihood},
          {"largest_departure", prior.largest_departure},
          {"chance_of_largest", prior.chance_of_largest}};
}

nlohmann::json errors_json(const PositionErrors& errors) {
  return {{"displacement", errors.displacement},
          {"misfit", errors.misfit},
          {"quantisation", errors.quantisation},
          {"displacement_in_time", errors.displacement_in_time},
          {"misfit_in_time", errors.misfit_in_time}};
}

}  // namespace

std::string import_text(const SnapshotFit& fit, const std::vector<Truncation>& truncations,
                        const ImportedFlow& imported) {
  std::ostringstream out;
  write_fit(out, fit, imported);
  write_truncations(out, truncations);
  write_flow(out, imported);
  return out.str();
}

nlohmann::json import_json(const SnapshotFit& fit, const std::vector<Truncation>& truncations,
                           const ImportedFlow& imported) {
  nlohmann::json json = {{"planetary_jump", fit.planetary_jump},
                         {"snapshot_time", fit.time},
                         {"fit", fit_json(fit, imported)},
                         {"barotropic", velocity_json(fit.barotropic)},
                         {"barotropic_without_mean_flow", velocity_json(fit.barotropic_no_mean)},
                         {"truncations", nlohmann::json::array()},
                         {"length_unit_km", imported.box_km},
                         {"time_unit_days", imported.time_unit_days},
                         {"n_modes", imported.law.n_modes()},
                         {"rms_speed", imported.rms_speed},
                         {"prior", prior_json(imported.prior)},
                         {"position_errors", errors_json(imported.errors)},
                         {"observation_noise_std", imported.law.observation_noise_std}};
  for (const Truncation& row : truncations) json["truncations"].push_back(truncation_json(row));
  return json;
}

}  // namespace lagoon::pipelines
