#include "pipelines/import/fields/import_fields.hpp"

#include <optional>
#include <sstream>

#include "datasets/generation/blocks.hpp"
#include "datasets/text/calendar.hpp"
#include "datasets/writer.hpp"
#include "flow/error.hpp"
#include "flow/integration/accuracy.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/prior.hpp"
#include "pipelines/import/fields/field_report.hpp"
#include "pipelines/import/fields/projection_figures.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

FieldFindings find_all(FieldSource source, const FieldImportOptions& options) {
  FieldFindings findings{std::move(source), options.projection.edges, 0, {}, {}, {}};
  const FieldSource& field = findings.source;
  findings.n_box = box_points(field, options.projection, options.law.max_wavenumber);
  for (std::size_t s = 0; s < field.field.size(); ++s) {
    findings.snapshots.push_back(project_snapshot(field, s, options, findings.n_box));
  }
  const int all = findings.snapshots.front().psi.max_wavenumber();
  findings.truncations = explained_variances(
      findings.snapshots, truncations_to_score({options.law.max_wavenumber}, all),
      torus_side(field, options.projection));
  findings.fitted = fit_flows(field, findings.snapshots, options);
  return findings;
}

std::string source_line(const ImportPlaces& places, const FieldFindings& findings) {
  std::ostringstream text;
  text << places.field.filename().string() << ", " << source_text(findings.source);
  return text.str();
}

datasets::Scales scales_of(const FieldFindings& findings) {
  datasets::Scales scales;
  scales.length_m = findings.fitted.length_m;
  scales.time_s = findings.fitted.time_s;
  const double start = findings.source.seconds.front();
  if (start != 0) scales.origin_time = datasets::format_time(start);  // 0: the file has no date
  if (findings.source.geographic) {
    scales.origin_longitude = findings.source.corner_x;
    scales.origin_latitude = findings.source.corner_y;
  }
  return scales;
}

datasets::Description describe(const ImportPlaces& places, const FieldFindings& findings,
                               const FieldImportOptions& options, const Invocation& invocation) {
  auto d = describe_import(findings.fitted.law, findings.source.field.size(),
                           "Real fields in few modes, and drifters in them",
                           source_line(places, findings), invocation);
  d.scales = scales_of(findings);
  d.seed = options.seed;
  d.law_seed = options.drifters.options.law_seed;
  d.tolerance = options.tolerance;
  const auto choice =
      flow::choose_step(d.law, options.tolerance, options.threads, options.step_probe);
  d.scheme = "rk4";
  d.steps_per_interval = choice.steps_per_interval;
  d.step = choice.step;
  d.max_error = choice.max_error;
  d.quantile_999_error = choice.quantile_999_error;
  d.n_probe_flows = choice.n_probe_flows;
  return d;
}

// The snapshots' flows, each going on from its snapshot as the law says, and their drifters.
datasets::SampleBlock follow_drifters(const datasets::Description& d, const FittedFlows& fitted,
                                      int threads) {
  datasets::SampleBlock block;
  block.psi_hat = fitted.psi_hat;
  if (d.law.has_varying_amplitudes()) {
    const std::size_t n_modes = d.law.n_modes(), n = n_modes * d.law.n_times();
    block.amplitudes.resize(static_cast<std::size_t>(d.n_flows) * n);
    for (std::int64_t i = 0; i < d.n_flows; ++i) {
      flow::draw_amplitudes(d.law, draw_key(datasets::Draw::amplitude, d.seed, d.fractions, i),
                            std::span(block.psi_hat).subspan(i * n_modes, n_modes),
                            std::span(block.amplitudes).subspan(i * n, n));
    }
  }
  integrate_block(d, scheme_of(d), 0, threads, block);
  observe_block(d, 0, threads, block);
  return block;
}

void write_dataset(const ImportPlaces& places, const datasets::Description& d,
                   const datasets::SampleBlock& block) {
  auto writer = datasets::Writer::create(places.out, d, places.force);
  writer.write_block(block);
  writer.finish();
}

}  // namespace

int import_fields(const ImportPlaces& places, const std::string& format,
                  const FieldImportOptions& options, const Invocation& invocation) {
  const bool periodic = options.projection.edges == "none";
  FieldSource source = read_field_source(places.field, format, options.source, periodic);
  if (invocation.dry_run) {
    print("# " + source_text(source));
    return kExitDone;
  }
  std::optional<FigureFolder> pictures;
  if (!options.plot.empty()) pictures = FigureFolder::create(options.plot, places.force);
  const FieldFindings findings = find_all(std::move(source), options);
  const auto description = describe(places, findings, options, invocation);
  write_dataset(places, description,
                follow_drifters(description, findings.fitted, options.threads));
  if (pictures) {
    draw_projection(*pictures, findings);
    draw_spectrum(*pictures, findings);
  }
  print(fields_text(findings));
  nlohmann::json json = {{"verb", "import"},
                         {"field", places.field.string()},
                         {"data", places.out.string()},
                         {"prior_form", options.law.prior}};
  json.update(fields_json(findings));
  write_json_result(invocation, json);
  return kExitDone;
}

}  // namespace lagoon::pipelines
