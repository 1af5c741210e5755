#include "pipelines/import/quasi_geostrophic/import_run.hpp"

#include <sstream>
#include <vector>

#include "datasets/probe.hpp"
#include "datasets/writer.hpp"
#include "flow/error.hpp"
#include "pipelines/import/quasi_geostrophic/import_report.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

datasets::QuasiGeostrophicRun read_run(const std::filesystem::path& path) {
  datasets::probe_file(
      path, [](const std::filesystem::path& field) { datasets::read_quasi_geostrophic(field); });
  return datasets::read_quasi_geostrophic(path);
}

std::string source_text(const ImportPlaces& places, const ImportedFlow& imported) {
  std::ostringstream source;
  source << places.field.filename().string() << "; length unit " << imported.box_km
         << " km, time unit " << imported.time_unit_days << " days";
  return source.str();
}

void write_dataset(const ImportPlaces& places, const Invocation& invocation,
                   const ImportedFlow& imported) {
  auto description =
      describe_import(imported.law, 1, "Quasi-geostrophic flow in few modes, and its drifters",
                      source_text(places, imported), invocation);
  auto writer = datasets::Writer::create(places.out, description, places.force);
  datasets::SampleBlock samples;
  samples.psi_hat = imported.psi_hat;
  samples.x = imported.x;
  samples.y = imported.y;
  writer.write_block(samples);
  writer.finish();
}

std::string sizes_text(const datasets::QuasiGeostrophicRun& run) {
  return "# " + std::to_string(run.n_drifters) + " drifters, " + std::to_string(run.n_times()) +
         " times, potential vorticity on " + std::to_string(run.n_grid) + "^2 points";
}

}  // namespace

int import_quasi_geostrophic(const ImportPlaces& places, const FlowImportOptions& options,
                             const Invocation& invocation) {
  const datasets::QuasiGeostrophicRun run = read_run(places.field);
  if (invocation.dry_run) {
    print(sizes_text(run));
    return kExitDone;
  }
  const int all = run.n_grid / 2 - 1;
  require(options.max_wavenumber <= all,
          "--max-wavenumber " + std::to_string(options.max_wavenumber) +
              ": the grid has wavenumbers up to " + std::to_string(all));
  const SnapshotFit fit = fit_snapshot(run);
  std::vector<Truncation> truncations;
  for (const int wavenumber : truncations_to_score({options.max_wavenumber, all}, all)) {
    truncations.push_back(score_truncation(fit, wavenumber));
  }
  const ImportedFlow imported = import_flow(run, fit, options);
  write_dataset(places, invocation, imported);
  print(import_text(fit, truncations, imported));
  nlohmann::json json = {{"verb", "import"},
                         {"field", places.field.string()},
                         {"data", places.out.string()},
                         {"prior_form", options.prior},
                         {"noise", options.noise}};
  json.update(import_json(fit, truncations, imported));
  write_json_result(invocation, json);
  return kExitDone;
}

}  // namespace lagoon::pipelines
