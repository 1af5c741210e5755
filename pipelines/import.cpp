#include "pipelines/import.hpp"

#include <algorithm>

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

int import_run(const ImportOptions& options, const std::string&, const Invocation& invocation) {
  FlowImportOptions flow = options.flow;
  flow.max_wavenumber = options.fields.law.max_wavenumber;
  flow.final_time = options.fields.law.final_time;
  flow.prior = options.fields.law.prior;
  return import_quasi_geostrophic(options.places, flow, invocation);
}

int import_tracks(const ImportOptions& options, const std::string&, const Invocation& invocation) {
  DrifterImportOptions drifters = options.drifters;
  drifters.box = options.box;
  drifters.window_days = options.window_days;
  drifters.final_time = options.fields.law.final_time;
  return import_drifters(options.places, drifters, invocation);
}

int import_field(const ImportOptions& options, const std::string& format,
                 const Invocation& invocation) {
  FieldImportOptions fields = options.fields;
  fields.source.box = options.box;
  if (options.window_days > 0) fields.window_days = options.window_days;
  return import_fields(options.places, format, fields, invocation);
}

/// A kind of file that becomes a dataset.
struct Format {
  const char* name;
  bool (*looks_like)(const fs::path& path);  ///< null: only --format says so
  int (*run)(const ImportOptions& options, const std::string& name, const Invocation& invocation);
};

/// One line a kind; what looks like two is the later one.
constexpr Format kFormats[] = {
    {"quasi-geostrophic", datasets::is_quasi_geostrophic, import_run},
    {"drifters", looks_like_drifters, import_tracks},
    {"streamfunction", nullptr, import_field},
    {"sea-level", nullptr, import_field},
    {"potential-vorticity", nullptr, import_field},
    {"velocity", nullptr, import_field},
};

std::vector<std::string> format_names() {
  std::vector<std::string> names = {"auto"};
  for (const Format& format : kFormats) names.emplace_back(format.name);
  return names;
}

/// Null if the file looks like nothing.
const Format* format_of_file(const fs::path& path) {
  const Format* found = nullptr;
  for (const Format& format : kFormats) {
    if (format.looks_like != nullptr && format.looks_like(path)) found = &format;
  }
  return found;
}

const Format& format_of(const ImportOptions& options) {
  const fs::path& field = options.places.field;
  require(fs::exists(field), field.string() + ": there is no such file");
  if (options.format != "auto") {
    return *std::ranges::find(kFormats, options.format,
                              [](const Format& f) -> std::string { return f.name; });
  }
  const std::string unknown =
      field.string() + ": what it holds is not told by itself (give its --format)";
  require(fs::is_regular_file(field), unknown);
  datasets::probe_file(
      field, [&](const fs::path& path) { require(format_of_file(path) != nullptr, unknown); });
  return *format_of_file(field);
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
  table.option("format", &options.format, one_of(format_names()),
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
  refuse_input_as_output(options.places.field, options.places.out);
  refuse_existing(options.places.out, options.places.force);
  const Format& format = format_of(options);
  return format.run(options, format.name, invocation);
}

}  // namespace lagoon::pipelines
