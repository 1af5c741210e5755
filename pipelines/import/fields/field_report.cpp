#include "pipelines/import/fields/field_report.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "datasets/text/calendar.hpp"
#include "flow/numerics/sample_moments.hpp"
#include "pipelines/import/imported_dataset.hpp"

namespace lagoon::pipelines {
namespace {

double mean_unexplained(const FieldFindings& findings) {
  double sum = 0;
  for (const auto& snapshot : findings.snapshots) sum += snapshot.unexplained;
  return sum / static_cast<double>(findings.snapshots.size());
}

std::int64_t n_fills_unsettled(const FieldFindings& findings) {
  return std::ranges::count(findings.snapshots, false, &SnapshotProjection::fill_settled);
}

constexpr auto kAtBound = "; a parameter of the fit ended at the end of its range";

// Root mean square speed of all that the torus's psi holds, m/s.
double rms_speed(const FieldFindings& findings) {
  double sum = 0;
  for (const auto& snapshot : findings.snapshots) sum += flow::velocity_variance(snapshot.psi);
  return std::sqrt(sum / static_cast<double>(findings.snapshots.size())) / findings.fitted.length_m;
}

double median_or_none(std::vector<double> values) {
  return values.empty() ? 0 : flow::sample_median(std::move(values));
}

// Days in which a rate per unit of the law's time passes a radian, or falls to 1/e.
double days_of(double rate, const FittedFlows& fitted) {
  return fitted.time_s / rate / datasets::kSecondsPerDay;
}

std::vector<double> magnitudes(std::vector<double> values) {
  for (double& value : values) value = std::abs(value);
  return values;
}

void write_field(std::ostream& out, const FieldFindings& findings) {
  const FittedFlows& fitted = findings.fitted;
  out << source_text(findings.source) << "\n" << std::fixed << std::setprecision(3);
  out << "torus: side " << fitted.length_m / 1000 << " km, " << findings.snapshots.front().n
      << "^2 points; mean flow taken out " << fitted.mean_velocity[0] << ", "
      << fitted.mean_velocity[1] << " m/s (spread " << fitted.mean_velocity_spread
      << "); rms speed of the rest " << rms_speed(findings) << " m/s\n";
  if (const auto unsettled = n_fills_unsettled(findings); unsettled > 0) {
    out << "missing points of " << unsettled
        << " snapshots were not filled to the end: " << flow::kMostSweeps
        << " sweeps did not settle them (choose a box with less missing)\n";
  }
  if (findings.source.is_velocity()) {
    out << "velocity without a streamfunction: " << std::defaultfloat << std::setprecision(2)
        << mean_unexplained(findings) << " of its variance\n";
  }
  if (findings.source.largest_inconsistency > 0) {
    out << "height recovered from velocity: differences agree to " << std::scientific
        << std::setprecision(1) << findings.source.largest_inconsistency << " of the largest\n";
  }
}

void write_truncations(std::ostream& out, const FieldFindings& findings) {
  const bool given = findings.source.is_velocity();
  out << "explained variance     psi  velocity  where untouched: psi  velocity"
      << (given ? "  given velocity" : "") << "  exponent  Matern tau, alpha\n"
      << std::fixed;
  for (const ExplainedVariance& row : findings.truncations) {
    out << std::setprecision(3) << std::setw(13) << modes_text(row.max_wavenumber) << std::setw(13)
        << row.psi << std::setw(10) << row.velocity << std::setw(22) << row.psi_inside
        << std::setw(10) << row.velocity_inside;
    if (given) out << std::setw(16) << row.given_velocity;
    out << std::setprecision(2) << std::setw(10) << row.power.exponent << std::setw(12)
        << row.matern.matern_tau << "," << std::setw(6) << row.matern.matern_alpha
        << (row.matern.at_bound ? " (at the end of its range)" : "") << "\n";
  }
}

void write_law(std::ostream& out, const FittedFlows& fitted) {
  out << std::setprecision(2) << "units: length " << fitted.length_m / 1000 << " km, time "
      << fitted.time_s / datasets::kSecondsPerDay << " days; " << fitted.law.n_modes()
      << " modes, rms speed " << std::setprecision(4) << flow::rms_speed(fitted.law) << "\n"
      << std::setprecision(1) << "prior: log-likelihood " << fitted.prior.log_likelihood
      << " (of independent draws, mean " << fitted.prior.expected_log_likelihood
      << "), largest |psi_hat|^2 / prior_std^2 = " << fitted.prior.largest_departure
      << (fitted.prior.at_bound ? kAtBound : "") << "\n";
  if (fitted.steady) {
    out << "frequencies: none, steady flows";
    return;
  }
  out << "frequencies: median period "
      << 2 * M_PI * days_of(median_or_none(magnitudes(fitted.rates.omega)), fitted)
      << " days, median decay time " << days_of(median_or_none(fitted.rates.damping), fitted)
      << " days; " << fitted.rates.n_uncorrelated << " of " << fitted.law.n_modes()
      << " modes uncorrelated within noise";
}

nlohmann::json truncation_json(const ExplainedVariance& row, bool given) {
  nlohmann::json json = {{"max_wavenumber", row.max_wavenumber},
                         {"modes", modes_text(row.max_wavenumber)},
                         {"psi", row.psi},
                         {"velocity", row.velocity},
                         {"psi_where_untouched", row.psi_inside},
                         {"velocity_where_untouched", row.velocity_inside},
                         {"power_exponent", row.power.exponent},
                         {"power_log_likelihood", row.power.log_likelihood},
                         {"matern_tau", row.matern.matern_tau},
                         {"matern_alpha", row.matern.matern_alpha},
                         {"matern_at_bound", row.matern.at_bound},
                         {"matern_log_likelihood", row.matern.log_likelihood}};
  if (given) json["given_velocity"] = row.given_velocity;
  return json;
}

nlohmann::json law_json(const FittedFlows& fitted) {
  nlohmann::json json = {{"length_unit_m", fitted.length_m},
                         {"time_unit_s", fitted.time_s},
                         {"n_modes", fitted.law.n_modes()},
                         {"rms_speed", flow::rms_speed(fitted.law)},
                         {"mean_velocity_m_per_s", fitted.mean_velocity},
                         {"mean_velocity_spread_m_per_s", fitted.mean_velocity_spread},
                         {"steady", fitted.steady},
                         {"prior",
                          {{"exponent", fitted.prior.exponent},
                           {"matern_tau", fitted.prior.matern_tau},
                           {"matern_alpha", fitted.prior.matern_alpha},
                           {"at_bound", fitted.prior.at_bound},
                           {"log_likelihood", fitted.prior.log_likelihood},
                           {"expected_log_likelihood", fitted.prior.expected_log_likelihood},
                           {"largest_departure", fitted.prior.largest_departure}}}};
  if (!fitted.steady) {
    json["median_period_days"] =
        2 * M_PI * days_of(median_or_none(magnitudes(fitted.rates.omega)), fitted);
    json["median_decay_days"] = days_of(median_or_none(fitted.rates.damping), fitted);
    json["modes_uncorrelated"] = fitted.rates.n_uncorrelated;
  }
  return json;
}

}  // namespace

std::string source_text(const FieldSource& source) {
  std::ostringstream out;
  out << source.format << " " << source.names[0]
      << (source.is_velocity() ? ", " + source.names[1] : "") << ": " << source.field.size()
      << (source.field.size() == 1 ? " snapshot" : " snapshots") << ", "
      << source.field.front().n_x() << " x " << source.field.front().n_y()
      << " points in and around a square box of " << std::setprecision(5) << source.side / 1000
      << " km from " << source.corner_x << ", " << source.corner_y << " to "
      << source.corner_x + source.side_x << ", " << source.corner_y + source.side_y << "; "
      << std::setprecision(3) << 100 * source.missing << "% of them missing, filled";
  return out.str();
}

std::string fields_text(const FieldFindings& findings) {
  std::ostringstream out;
  write_field(out, findings);
  write_truncations(out, findings);
  write_law(out, findings.fitted);
  return out.str();
}

nlohmann::json fields_json(const FieldFindings& findings) {
  const FieldSource& source = findings.source;
  nlohmann::json json = law_json(findings.fitted);
  json.update({{"format", source.format},
               {"n_snapshots", source.field.size()},
               {"box",
                {source.corner_x, source.corner_y, source.corner_x + source.side_x,
                 source.corner_y + source.side_y}},
               {"box_side_m", source.side},
               {"grid", findings.n_box},
               {"missing", source.missing},
               {"fills_unsettled", n_fills_unsettled(findings)},
               {"height_inconsistency", source.largest_inconsistency},
               {"velocity_without_streamfunction", mean_unexplained(findings)},
               {"rms_speed_m_per_s", rms_speed(findings)},
               {"truncations", nlohmann::json::array()}});
  for (const ExplainedVariance& row : findings.truncations) {
    json["truncations"].push_back(truncation_json(row, source.is_velocity()));
  }
  return json;
}

}  // namespace lagoon::pipelines
