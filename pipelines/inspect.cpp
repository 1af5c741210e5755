#include "pipelines/inspect.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "contrastive/training/checkpoint/checkpoint.hpp"
#include "datasets/drifters/storage/drifter_file.hpp"
#include "datasets/probe.hpp"
#include "datasets/reader.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "pipelines/generation/verification.hpp"
#include "pipelines/import/drifters/drifter_report.hpp"
#include "pipelines/inspection/conservation.hpp"
#include "pipelines/inspection/prior_check.hpp"
#include "pipelines/support/json/json_lines.hpp"
#include "pipelines/support/json/print_lines.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

double largest(const std::vector<double>& values) {
  return *std::ranges::max_element(values);
}

/// Different points at which drifters of the law are released.
std::size_t n_release_points(const flow::Law& law) {
  std::set<std::pair<double, double>> points;
  for (std::size_t p = 0; p < law.n_drifters(); ++p) {
    points.emplace(law.release_x[p], law.release_y[p]);
  }
  return points.size();
}

Json describe_law(const flow::Law& law) {
  return {{"hash", to_hex(hash(law))},
          {"modes", law.n_modes()},
          {"max_wavenumber", max_wavenumber(law.modes)},
          {"rms_speed", rms_speed(law)},
          {"rms_psi", rms_psi(law)},
          {"smallest_mirror_separation", smallest_mirror_separation(law)},
          {"drifters", law.n_drifters()},
          {"release_points", n_release_points(law)},
          {"release", {law.release_x.front(), law.release_y.front()}},
          {"times", law.n_times()},
          {"first_time", law.times.front()},
          {"final_time", law.times.back()},
          {"observation_noise_std", law.observation_noise_std},
          {"missing_fraction", law.missing_fraction},
          {"largest_damping", largest(law.damping)},
          {"mean_velocity", law.mean_velocity},
          {"diffusivity", law.diffusivity},
          {"last_release_time", largest(law.release_time)}};
}

Json split_sizes(const datasets::Reader& reader) {
  Json sizes;
  using enum datasets::Split;
  for (const auto s : {train, validation, test}) sizes[to_string(s)] = reader.rows(s).size();
  return sizes;
}

/// What is observed of the flows themselves.
Json describe_eulerian(const flow::EulerianObservations& eulerian) {
  Json fields = Json::array();
  if (eulerian.psi) fields.push_back("psi");
  if (eulerian.vorticity) fields.push_back("vorticity");
  return {{"stations", eulerian.n_stations()},
          {"station_noise_std", eulerian.station_noise_std},
          {"fields", std::move(fields)},
          {"grid", eulerian.grid}};
}

/// How to go back to metres, seconds and degrees; 0 of flows that are nobody's.
Json describe_scales(const datasets::Scales& scales) {
  return {{"length_m", scales.length_m},
          {"time_s", scales.time_s},
          {"origin_longitude", scales.origin_longitude},
          {"origin_latitude", scales.origin_latitude},
          {"origin_time", scales.origin_time}};
}

Json describe_dataset(const datasets::Reader& reader) {
  const auto& d = reader.description();
  return {{"dataset", reader.path().string()},
          {"bytes", fs::file_size(reader.path())},
          {"complete", reader.complete()},
          {"flows", reader.n_flows()},
          {"first_flow", reader.first_flow()},
          {"shards", reader.n_shards()},
          {"splits", split_sizes(reader)},
          {"storage", d.storage == datasets::Storage::float32 ? "float32" : "float64"},
          {"law", describe_law(d.law)},
          {"eulerian", describe_eulerian(d.eulerian)},
          {"scales", describe_scales(d.scales)},
          {"scheme", d.scheme},
          {"precision", d.precision},
          {"step", d.step},
          {"steps_per_interval", d.steps_per_interval},
          {"tolerance", d.tolerance},
          {"max_error", d.max_error},
          {"quantile_999_error", d.quantile_999_error},
          {"probe_flows", d.n_probe_flows},
          {"seed", d.seed},
          {"law_seed", d.law_seed},
          {"title", d.title},
          {"source", d.source},
          {"history", d.history},
          {"lagoon_version", d.lagoon_version},
          {"git_commit", d.git_commit},
          {"config", d.config_toml}};
}

/// What the coefficients say of the prior, test by test.
Json describe_prior_check(const PriorMoments& moments, const flow::Law& law) {
  Json content = {{"flows", moments.n_flows()},
                  {"rms_speed", moments.rms_speed()},
                  {"rms_speed_error", moments.rms_speed_error()},
                  {"rms_speed_of_law", rms_speed(law)}};
  for (const auto& test : moments.tests()) {
    Json line = {{"measured", test.measured},
                 {"expected", test.expected},
                 {"standard_deviations", test.deviations},
                 {"probability", test.probability}};
    if (!test.where.empty()) line["worst_mode"] = test.where;
    content[test.key] = std::move(line);
  }
  return content;
}

/// Flows of an import are no draws, though their drifters may be integrated in them.
bool are_drawn(const datasets::Description& description) {
  return !description.config_toml.starts_with("[import]");
}

/// Checksums of all blocks; where lagoon drew the flows, the statistics of the prior; where it
/// followed the drifters, psi along those of steady flows and a sample of the integration.
Json verify(const datasets::Reader& reader, const InspectOptions& options) {
  reader.verify_checksums();
  Json verdict = {{"checksums", "agree"}};
  if (reader.description().scheme == "imported") return verdict;
  if (are_drawn(reader.description())) {
    verdict["prior"] = describe_prior_check(check_against_prior(reader), reader.law());
  }
  const auto result = verify_trajectories(reader, options.verify_samples, options.threads);
  verdict["flows_integrated"] = result.n_flows;
  verdict["largest_departure"] = result.largest_departure;
  verdict["allowed_departure"] = result.allowed;
  if (conserves_psi(reader.description())) {
    const auto conservation = verify_conservation(reader, options.verify_samples, result.allowed);
    verdict["largest_change_of_psi_along_drifters"] = conservation.largest_change;
    verdict["rms_psi_along_drifters"] = conservation.rms_psi;
  }
  return verdict;
}

/// Names of the pictures, and the page that shows them.
Json plot(const datasets::Reader& reader, const InspectOptions& options,
          const Invocation& invocation) {
  Json names = Json::array();
  for (const auto& figure : draw_plots(reader, options.plots, invocation.force, invocation)) {
    names.push_back(figure.name + "." + figure.ending());
  }
  return {{"page", (options.plots.folder / "index.html").string()}, {"figures", names}};
}

Json inspect_drifters(const InspectOptions& options) {
  require(options.plots.folder.empty(),
          options.path.string() + ": holds real drifters; --plot draws datasets of flows");
  Json content = describe_drifters(options.path);
  if (options.verify) content["verify"] = verify_drifters(options.path);
  return content;
}

Json inspect_dataset(const InspectOptions& options, const Invocation& invocation) {
  datasets::probe_file(options.path, [](const fs::path& path) {
    datasets::is_drifter_file(path) ? void(datasets::read_drifter_file(path))
                                    : void(datasets::Reader(path));
  });
  if (datasets::is_drifter_file(options.path)) return inspect_drifters(options);
  const datasets::Reader reader(options.path);
  Json content = describe_dataset(reader);
  if (options.verify) content["verify"] = verify(reader, options);
  if (!options.plots.folder.empty()) content["plot"] = plot(reader, options, invocation);
  return content;
}

void tell_separation(Json& content) {
  if (!content.is_object() || !content.contains("law")) return;
  Json& separation = content["law"]["smallest_mirror_separation"];
  if (std::isinf(separation.get<double>())) separation = "none: no mirror pairs";
}

/// What people read: without groups that this file has not, and the infinite separation of no
/// mirror pairs in words. Programs find every key in --json, with null for it.
Json for_people(Json content) {
  const auto has_only_zeros = [&](const char* group, const char* key) {
    return content.contains(group) && content[group][key] == 0;
  };
  if (has_only_zeros("eulerian", "stations") && content["eulerian"]["fields"].empty()) {
    content.erase("eulerian");
  }
  if (has_only_zeros("scales", "length_m")) content.erase("scales");
  tell_separation(content);
  if (content.contains("checkpoint")) tell_separation(content["checkpoint"]);
  return content;
}

std::string text_of(const fs::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The last record of each kind in metrics.jsonl ("recall validation" for a split's).
Json last_metrics(const fs::path& path) {
  Json last;
  for (const JsonLine& line : read_json_lines(path)) {
    if (!line.value.is_object()) continue;
    Json record = line.value;
    const std::string split = record.value("split", "");
    const std::string kind = record.value("kind", "") + (split.empty() ? "" : " " + split);
    last[kind] = std::move(record);
  }
  return last;
}

/// Reading compares every size and hash: a damaged checkpoint is an Error here.
Json describe_checkpoint(const fs::path& run) {
  if (!fs::exists(run / "checkpoint" / "state.json")) return "none yet";
  const auto checkpoint = contrastive::read_checkpoint(run);
  const auto& state = checkpoint.state;
  return {{"step", state.step},
          {"parameters", n_parameters(checkpoint)},
          {"tilting", state.model.tilting},
          {"loss", state.training.objective.loss},
          {"temperature", temperature(checkpoint)},
          {"data_seed", state.data_seed},
          {"law", describe_law(checkpoint.law)},
          {"stopped_by_signal", fs::exists(run / "checkpoint" / "requeue")}};
}

Json inspect_run(const fs::path& run) {
  require(fs::exists(run / "config.toml"),
          run.string() + ": is no run folder, it has no config.toml (give a dataset or a run)");
  Json content = {{"run", run.string()}};
  if (fs::exists(run / "summary.json")) content["summary"] = Json(read_summary(run));
  content["last"] = last_metrics(run / "metrics.jsonl");
  content["checkpoint"] = describe_checkpoint(run);
  content["config"] = text_of(run / "config.toml");
  return content;
}

}  // namespace

void declare_inspect(OptionTable& table, InspectOptions& o) {
  table.positional("PATH", &o.path, "dataset or run folder");
  table.action(
      "verify", o.verify,
      "compare checksums and the statistics of the prior, and integrate a sample of flows again");
  table.option("verify-samples", &o.verify_samples, at_least(1), "flows integrated again")
      .only_if([&o] { return o.verify; }, "--verify");
  declare_plots(table, o.plots);
  declare_run_diagnosis(table, o.diagnosis);
  add_threads(table, o.threads).not_recorded();
}

bool diagnoses(const InspectOptions& options) {
  return options.diagnosis.on;
}

int run_inspect(const InspectOptions& options, const Invocation& invocation) {
  if (invocation.dry_run) return kExitDone;
  require(fs::exists(options.path),
          options.path.string() + ": does not exist (give a dataset or a run folder)");
  const bool is_run = fs::is_directory(options.path);
  require(!is_run || (options.plots.folder.empty() && !options.verify),
          options.path.string() + ": is a folder; --plot and --verify are for datasets");
  Json content = is_run ? inspect_run(options.path) : inspect_dataset(options, invocation);
  if (options.diagnosis.on) {
    content["diagnosis"] = invocation.learning->diagnose_run(options.path, options.diagnosis,
                                                             options.threads, invocation);
  }
  print_lines(for_people(content));
  write_json_result(invocation, nlohmann::json(content));
  return kExitDone;
}

}  // namespace lagoon::pipelines
