#include "pipelines/import.hpp"

#include "datasets/probe.hpp"
#include "datasets/quasi_geostrophic.hpp"
#include "flow/error.hpp"
#include "pipelines/import/drifters/import_drifters.hpp"
#include "pipelines/import/fields/import_fields.hpp"
#include "pipelines/import/quasi_geostrophic/import_run.hpp"
#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

// Quasi-geostrophic runs and drifters tell by themselves what they are.
std::string format_of(const ImportOptions& options) {
  const fs::path& field = options.places.field;
  require(fs::exists(field), field.string() + ": there is no such file");
  if (options.format != "auto") return options.format;
  const std::string unknown =
      field.string() + ": what it holds is not told by itself (give its --format)";
  require(fs::is_regular_file(field), unknown);
  datasets::probe_file(field, [&](const fs::path& path) {
    require(datasets::is_quasi_geostrophic(path) || looks_like_drifters(path), unknown);
  });
  return looks_like_drifters(field) ? "drifters" : "quasi-geostrophic";
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

void declare_extent(OptionTable& table, ImportOptions& options) {
  const auto asked = [&options] { return options.format != "quasi-geostrophic"; };
  const auto add = [&](const char* name, OptionTarget target, Check check, const char* help) {
    table.option(name, target, std::move(check), help)
        .only_if(asked, "the --format of a gridded field, or drifters");
  };
  add("box", &options.box, anything(),
      "x0,y0,x1,y1 (degrees: lon0,lat0,lon1,lat1) to keep; of a field, cut to a square about its "
      "centre; empty: all");
  add("window-days", &options.window_days, non_negative(),
      "days that --final-time stands for; 0: 7 of a field, the whole record of drifters");
}

}  // namespace

void declare_import(OptionTable& table, ImportOptions& options) {
  table.positional("FIELD", &options.places.field, "file, or folder of NetCDF files, to read");
  table.positional("OUT", &options.places.out, "dataset to write");
  table.option("format", &options.format,
               one_of({"auto", "quasi-geostrophic", "drifters", "streamfunction", "sea-level",
                       "potential-vorticity", "velocity"}),
               "quasi-geostrophic: potential vorticity and drifters, as jLab's vortex.mat; "
               "drifters: a table of fixes, or CF trajectories (auto finds these two out); the "
               "others: what a gridded field is");
  declare_extent(table, options);
  declare_fitted_law(table, options.fields.law);
  declare_quasi_geostrophic(table, options);
  declare_fields(table, options.fields, [&options] { return is_gridded(options.format); });
  declare_drifter_import(table, options.drifters, [&options] {
    return options.format == "auto" || options.format == "drifters";
  });
  add_force(table, options.places.force);
}

int run_import(const ImportOptions& options, const Invocation& invocation) {
  refuse_existing(options.places.out, options.places.force);
  const std::string format = format_of(options);
  if (format == "drifters") {
    DrifterImportOptions drifters = options.drifters;
    drifters.box = options.box;
    drifters.window_days = options.window_days;
    drifters.final_time = options.fields.law.final_time;
    return import_drifters(options.places, drifters, invocation);
  }
  if (is_gridded(format)) {
    FieldImportOptions fields = options.fields;
    fields.source.box = options.box;
    if (options.window_days > 0) fields.window_days = options.window_days;
    return import_fields(options.places, format, fields, invocation);
  }
  FlowImportOptions flow = options.flow;
  flow.max_wavenumber = options.fields.law.max_wavenumber;
  flow.final_time = options.fields.law.final_time;
  flow.prior = options.fields.law.prior;
  return import_quasi_geostrophic(options.places, flow, invocation);
}

}  // namespace lagoon::pipelines
