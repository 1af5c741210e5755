#include "pipelines/import.hpp"

#include "datasets/probe.hpp"
#include "datasets/quasi_geostrophic.hpp"
#include "flow/error.hpp"
#include "pipelines/import/fields/import_fields.hpp"
#include "pipelines/import/quasi_geostrophic/import_run.hpp"
#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

// Only a quasi-geostrophic run tells by itself what it is.
std::string format_of(const ImportOptions& options) {
  const fs::path& field = options.places.field;
  require(fs::exists(field), field.string() + ": there is no such file");
  if (options.format != "auto") return options.format;
  const std::string unknown =
      field.string() + ": what it holds is not told by itself (give its --format)";
  require(fs::is_regular_file(field), unknown);
  datasets::probe_file(
      field, [&](const fs::path& path) { require(datasets::is_quasi_geostrophic(path), unknown); });
  return "quasi-geostrophic";
}

void declare_quasi_geostrophic(OptionTable& table, ImportOptions& options) {
  const auto asked = [&options] {
    return options.format == "auto" || options.format == "quasi-geostrophic";
  };
  const auto add = [&](Option& option) {
    option.in_group("Quasi-geostrophic run").only_if(asked, "--format quasi-geostrophic");
  };
  add(table.option("half-window", &options.flow.half_window, at_least(1),
                   "drifter times on each side of the snapshot"));
  add(table.option(
      "noise", &options.flow.noise, one_of({"correlated-misfit", "misfit", "quantisation"}),
      "observation noise of the law: misfit of the retained modes' drifters to the real "
      "ones, as one error a track or as independent errors; or rounding of the positions"));
}

}  // namespace

void declare_import(OptionTable& table, ImportOptions& options) {
  table.positional("FIELD", &options.places.field, "file, or folder of NetCDF files, to read");
  table.positional("OUT", &options.places.out, "dataset to write");
  table.option("format", &options.format,
               one_of({"auto", "quasi-geostrophic", "streamfunction", "sea-level",
                       "potential-vorticity", "velocity"}),
               "quasi-geostrophic: potential vorticity and drifters, as jLab's vortex.mat (auto "
               "finds that out); the others: what a gridded field is");
  declare_fitted_law(table, options.fields.law);
  declare_quasi_geostrophic(table, options);
  declare_fields(table, options.fields, [&options] { return is_gridded(options.format); });
  add_force(table, options.places.force);
}

int run_import(const ImportOptions& options, const Invocation& invocation) {
  refuse_existing(options.places.out, options.places.force);
  const std::string format = format_of(options);
  if (is_gridded(format)) return import_fields(options.places, format, options.fields, invocation);
  FlowImportOptions flow = options.flow;
  flow.max_wavenumber = options.fields.law.max_wavenumber;
  flow.final_time = options.fields.law.final_time;
  flow.prior = options.fields.law.prior;
  return import_quasi_geostrophic(options.places, flow, invocation);
}

}  // namespace lagoon::pipelines
