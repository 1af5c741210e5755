#include "pipelines/export/export.hpp"

#include <algorithm>
#include <array>

#include "datasets/probe.hpp"
#include "flow/error.hpp"
#include "pipelines/export/csv.hpp"
#include "pipelines/export/image_data.hpp"
#include "pipelines/export/polylines.hpp"
#include "pipelines/export/xdmf.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 5> kFormats = {"vtp", "vti", "pvd", "xdmf", "csv"};

/// "vtp", from --format or from the name of OUT; empty if neither says one.
std::string format_of(const ExportOptions& options) {
  if (options.format != "ending") return options.format;
  const std::string ending = options.out.extension().string();
  const auto found = std::ranges::find_if(
      kFormats, [&](const auto* name) { return ending == "." + std::string(name); });
  return found == kFormats.end() ? "" : *found;
}

bool is_image(const ExportOptions& options) {
  return format_of(options) == "vti" || format_of(options) == "pvd";
}

ExportSelection select(const ExportOptions& options, const datasets::Reader& reader) {
  const auto given = [](const std::string& text, const char* otherwise) {
    return text.empty() ? std::string(otherwise) : text;
  };
  ExportSelection selection;
  selection.flows = select_flows(reader, given(options.flows, is_image(options) ? "0" : "all"));
  selection.release = options.release;
  const auto times = given(options.times, format_of(options) == "vti" ? "none" : "all");
  if (times == "none") return selection;
  const auto n_times = static_cast<std::int64_t>(reader.law().n_times());
  for (const auto j : parse_positions("--times", times, n_times)) {
    selection.times.push_back(static_cast<std::size_t>(j));
  }
  return selection;
}

nlohmann::json write_as(const std::string& format, const ExportOptions& options,
                        const datasets::Reader& reader, const ExportSelection& selection) {
  OutputFile out(options.out, options.force);
  nlohmann::json counts = nlohmann::json::object();
  if (format == "vtp") {
    const auto count = write_polylines(out, reader, selection, options.wrap);
    counts = {{"points", count.points}, {"lines", count.lines}};
  } else if (format == "vti") {
    const auto steps = field_steps(selection);
    require(steps.size() == 1, options.out.string() + ": holds one time, not " +
                                   std::to_string(steps.size()) +
                                   " (name it .pvd for a series, or give one with --times)");
    write_image_data(out, reader, selection.flows, steps.front(), options.fields);
  } else if (format == "pvd") {
    counts = {{"images", write_image_series(out, options.out, options.force, reader, selection,
                                            options.fields)}};
  } else if (format == "xdmf") {
    write_xdmf(out, options.out, reader, selection);
  } else {
    counts = {{"lines", write_csv(out, reader, selection, options.wrap)}};
  }
  out.finish();
  return counts;
}

nlohmann::json result_json(const ExportOptions& options, const std::string& format,
                           const ExportSelection& selection, const nlohmann::json& counts) {
  nlohmann::json result = {{"verb", "export"},
                           {"file", options.out.string()},
                           {"format", format},
                           {"flows", selection.flows.size()},
                           {"times", selection.times.size()},
                           {"release", selection.release},
                           {"bytes", fs::file_size(options.out)}};
  result.update(counts);
  return result;
}

/// "series.pvd: 1 flow, 6 images beside an index of 435 B".
std::string summary_text(const nlohmann::json& result) {
  const auto n_flows = result["flows"].get<std::size_t>();
  const std::string images =
      result.contains("images")
          ? std::to_string(result["images"].get<std::size_t>()) + " images beside an index of "
          : std::string();
  return result["file"].get<std::string>() + ": " + std::to_string(n_flows) +
         (n_flows == 1 ? " flow, " : " flows, ") + images + bytes_text(result["bytes"]);
}

}  // namespace

void declare_export(OptionTable& table, ExportOptions& o) {
  table.positional("DATA", &o.data, "dataset");
  table.positional("OUT", &o.out, "file to write: .vtp .vti .pvd .xdmf .csv");
  std::vector<std::string> formats(kFormats.begin(), kFormats.end());
  formats.insert(formats.begin(), "ending");
  table.option("format", &o.format, one_of(formats),
               "lines | image | series of images | points in the HDF5 file | text; ending: as OUT "
               "is called");
  table.option("flows", &o.flows, anything(),
               "0,5,7 or 0:100 or 0:100:10 or a split; all, of images the first, without it");
  table.option("times", &o.times, anything(),
               "observations by number, likewise, or none; all, of a vti none, without it");
  table.option("release", &o.release, anything(), "release points too, of images time 0")
      .only_if([&o] { return format_of(o) != "xdmf"; }, "another format than xdmf");
  table.option("wrap", &o.wrap, anything(), "positions in the unit square, lines cut at its edges")
      .only_if([&o] { return format_of(o) == "vtp" || format_of(o) == "csv"; },
               "format vtp or csv");
  table.option("fields", &o.fields, at_least(3), "psi, velocity, vorticity on N x N points")
      .only_if([&o] { return is_image(o); }, "format vti or pvd");
  add_force(table, o.force);
}

int run_export(const ExportOptions& options, const Invocation& invocation) {
  const std::string format = format_of(options);
  require(!format.empty(),
          options.out.string() +
              ": its ending is none of .vtp, .vti, .pvd, .xdmf and .csv (choose one, "
              "or give --format)");
  refuse_input_as_output(options.data, options.out);
  datasets::probe_file(options.data);
  const datasets::Reader reader(options.data);
  for (int i = 0; i < reader.n_shards(); ++i) {
    refuse_input_as_output(datasets::shard_path(options.data, {i, reader.n_shards()}), options.out);
  }
  const ExportSelection selection = select(options, reader);
  require(!selection.times.empty() || (selection.release && format != "xdmf"),
          "--times and --release leave no time to write (choose one of either)");
  if (invocation.dry_run) {
    print("# " + format + ": " + counted_text(selection.flows.size(), "flow") + ", " +
          counted_text(reader.law().n_drifters(), "drifter") + ", " +
          counted_text(selection.times.size(), "time"));
    return kExitDone;
  }
  const auto counts = write_as(format, options, reader, selection);
  const auto result = result_json(options, format, selection, counts);
  print(summary_text(result));
  write_json_result(invocation, result);
  return kExitDone;
}

}  // namespace lagoon::pipelines
