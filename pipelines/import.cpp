#include "pipelines/import.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

#include "datasets/probe.hpp"
#include "datasets/writer.hpp"
#include "flow/error.hpp"
#include "pipelines/import/quasi_geostrophic/import_report.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/option_table.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

// The option's truncation, those of 7 x 7, 15 x 15 and 31 x 31 modes, and all that the grid has.
std::vector<int> truncations_to_score(int asked, int all) {
  std::vector<int> wavenumbers = {asked, 3, 7, 15, all};
  std::ranges::sort(wavenumbers);
  wavenumbers.erase(std::ranges::unique(wavenumbers).begin(), wavenumbers.end());
  std::erase_if(wavenumbers, [all](int wavenumber) { return wavenumber > all; });
  return wavenumbers;
}

datasets::QuasiGeostrophicRun read_run(const ImportOptions& options) {
  require(std::filesystem::is_regular_file(options.field),
          options.field.string() + ": there is no such file");
  const bool detect = options.format == "auto";
  datasets::probe_file(options.field, [detect](const std::filesystem::path& field) {
    require(!detect || datasets::is_quasi_geostrophic(field),
            field.string() +
                ": of no format that is known (--format quasi-geostrophic tells what it lacks)");
    datasets::read_quasi_geostrophic(field);
  });
  return datasets::read_quasi_geostrophic(options.field);
}

datasets::Description describe(const ImportOptions& options, const Invocation& invocation,
                               const ImportedFlow& imported) {
  datasets::Description description;
  description.law = imported.law;
  description.n_flows = 1;
  description.storage = datasets::Storage::float64;
  description.fractions = {0, 1};
  description.scheme = "imported";
  description.title = "Quasi-geostrophic flow in few modes, and its drifters";
  description.history = history_line(invocation);
  std::ostringstream source;
  source << options.field.filename().string() << "; length unit " << imported.box_km
         << " km, time unit " << imported.time_unit_days << " days";
  description.source = source.str();
  description.lagoon_version = lagoon_version();
  description.git_commit = git_commit();
  description.config_toml = invocation.config_toml;
  return description;
}

void write_dataset(const ImportOptions& options, const Invocation& invocation,
                   const ImportedFlow& imported) {
  auto writer =
      datasets::Writer::create(options.out, describe(options, invocation, imported), options.force);
  writer.write_block(imported.psi_hat, imported.x, imported.y);
  writer.finish();
}

}  // namespace

void declare_import(OptionTable& table, ImportOptions& options) {
  table.positional("FIELD", &options.field, "file with a field and its drifters");
  table.positional("OUT", &options.out, "dataset of one flow to write");
  table.option("format", &options.format, one_of({"auto", "quasi-geostrophic"}),
               "quasi-geostrophic: potential vorticity and drifters, as jLab's vortex.mat");
  table.option("max-wavenumber", &options.flow.max_wavenumber, at_least(1),
               "modes |k|, |l| up to this, one of each pair of mirrors");
  table.option("half-window", &options.flow.half_window, at_least(1),
               "drifter times on each side of the snapshot");
  table.option("final-time", &options.flow.final_time, positive(),
               "the window's length in units of the law");
  table.option("prior", &options.flow.prior, one_of({"power", "shells"}),
               "fitted to the flow: c |k|^-p, or one standard deviation for each |k|");
  table.option("noise", &options.flow.noise,
               one_of({"correlated-misfit", "misfit", "quantisation"}),
               "observation noise of the law: misfit of the retained modes' drifters to the real "
               "ones, as one error a track or as independent errors; or rounding of the positions");
  add_force(table, options.force);
}

int run_import(const ImportOptions& options, const Invocation& invocation) {
  refuse_existing(options.out, options.force);
  const datasets::QuasiGeostrophicRun run = read_run(options);
  if (invocation.dry_run) {
    print("# " + std::to_string(run.n_drifters) + " drifters, " + std::to_string(run.n_times()) +
          " times, potential vorticity on " + std::to_string(run.n_grid) + "^2 points");
    return kExitDone;
  }
  const int all = run.n_grid / 2 - 1;
  require(options.flow.max_wavenumber <= all,
          "--max-wavenumber " + std::to_string(options.flow.max_wavenumber) +
              ": the grid has wavenumbers up to " + std::to_string(all));
  const SnapshotFit fit = fit_snapshot(run);
  std::vector<Truncation> truncations;
  for (const int wavenumber : truncations_to_score(options.flow.max_wavenumber, all)) {
    truncations.push_back(score_truncation(fit, wavenumber));
  }
  const ImportedFlow imported = import_flow(run, fit, options.flow);
  write_dataset(options, invocation, imported);
  print(import_text(fit, truncations, imported));
  nlohmann::json json = {{"verb", "import"},
                         {"field", options.field.string()},
                         {"data", options.out.string()},
                         {"prior_form", options.flow.prior},
                         {"noise", options.flow.noise}};
  json.update(import_json(fit, truncations, imported));
  write_json_result(invocation, json);
  return kExitDone;
}

}  // namespace lagoon::pipelines
