#include "pipelines/import/drifters/import_drifters.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <vector>

#include "datasets/drifters/netcdf_reader.hpp"
#include "datasets/drifters/resampling.hpp"
#include "datasets/drifters/storage/drifter_file.hpp"
#include "datasets/drifters/trajectory_file.hpp"
#include "datasets/probe.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "pipelines/import/drifters/drifter_report.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;
using datasets::DrifterFile;
using datasets::DrifterRecords;
using datasets::DrifterTracks;

bool is_table(const fs::path& path) {
  constexpr std::array kEndings = {".csv", ".tsv", ".txt", ".dat"};
  return std::ranges::find(kEndings, path.extension()) != kEndings.end();
}

std::string hash_of_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::vector<char> block(std::size_t{1} << 20);
  std::uint64_t hash = 0;
  while (stream) {
    stream.read(block.data(), static_cast<std::streamsize>(block.size()));
    const auto n = static_cast<std::size_t>(stream.gcount());
    if (n > 0) hash = hash_bytes(std::as_bytes(std::span(block).first(n)), hash);
  }
  return to_hex(hash);
}

/// Points of a snapshot, each the one record of its own track, at time 0.
DrifterRecords as_records(const datasets::VelocitySnapshot& snapshot) {
  DrifterRecords records;
  const auto n = static_cast<std::int64_t>(snapshot.n_points());
  DrifterTracks& tracks = records.tracks;
  tracks.geographic = false;
  for (std::int64_t i = 0; i < n; ++i) tracks.ids.push_back(std::to_string(i));
  tracks.segment.assign(snapshot.n_points(), 0);
  tracks.rowsize.assign(snapshot.n_points(), 1);
  tracks.time.assign(snapshot.n_points(), 0);
  tracks.x = snapshot.x;
  tracks.y = snapshot.y;
  tracks.velocity_x = snapshot.velocity_x;
  tracks.velocity_y = snapshot.velocity_y;
  records.counts.read = n;
  records.counts.drifters_read = n;
  return records;
}

DrifterRecords read_netcdf(const fs::path& path) {
  // A whole large file does not go through the probe's time: its header does.
  constexpr std::uintmax_t kTriedWhole = std::uintmax_t{64} << 20;
  const bool whole = fs::file_size(path) <= kTriedWhole;
  datasets::probe_file(path, [whole](const fs::path& file) {
    whole ? void(datasets::read_drifter_netcdf(file)) : void(datasets::is_trajectory_netcdf(file));
  });
  return datasets::read_drifter_netcdf(path);
}

DrifterRecords read_records(const fs::path& path, const DrifterImportOptions& options) {
  require(fs::is_regular_file(path), path.string() + ": there is no such file");
  if (!options.velocities.empty())
    return as_records(datasets::read_velocity_snapshot(path, options.velocities));
  return is_table(path) ? datasets::read_drifter_csv(path, csv_request(options))
                        : read_netcdf(path);
}

/// Points of a snapshot are tracks of one record.
datasets::CleaningRules rules_of(const DrifterImportOptions& options) {
  datasets::CleaningRules rules = cleaning_rules(options);
  if (!options.velocities.empty()) rules.min_records = 1;
  return rules;
}

DrifterTracks with_common_times(const DrifterTracks& tracks, const DrifterImportOptions& options) {
  if (options.regular_seconds == 0 && options.common_times == 0) return tracks;
  const auto times = options.regular_seconds > 0
                         ? datasets::regular_times(tracks, options.regular_seconds)
                         : datasets::spread_times(tracks, options.common_times);
  const DrifterTracks table = datasets::resample(tracks, times);
  return options.layout == "orthogonal" ? table : datasets::without_missing(table);
}

DrifterFile make_content(const fs::path& path, const DrifterImportOptions& options,
                         const Invocation& invocation) {
  DrifterRecords records = read_records(path, options);
  DrifterFile content;
  content.layout = options.layout == "orthogonal" ? datasets::DrifterLayout::orthogonal
                                                  : datasets::DrifterLayout::ragged;
  const DrifterTracks kept = datasets::clean(records.tracks, rules_of(options), records.counts);
  content.counts = records.counts;
  content.scales = datasets::fit_scales(kept, scales_request(options));
  content.tracks = with_common_times(kept, options);
  content.records = datasets::to_scaled(content.tracks, content.scales);
  content.title = options.velocities.empty()
                      ? "Tracks of real drifters"
                      : "Velocities of real drifters at one instant, its date unknown";
  content.history = history_line(invocation);
  content.source = path.filename().string();
  content.source_hash = hash_of_file(path);
  content.lagoon_version = lagoon_version();
  content.git_commit = git_commit();
  content.config_toml = invocation.config_toml;
  return content;
}

}  // namespace

bool looks_like_drifters(const fs::path& path) {
  return is_table(path) || datasets::is_trajectory_netcdf(path);
}

int import_drifters(const ImportPlaces& places, const DrifterImportOptions& options,
                    const Invocation& invocation) {
  const DrifterFile content = make_content(places.field, options, invocation);
  print(drifter_text(content));
  if (invocation.dry_run) return kExitDone;
  datasets::write_drifter_file(places.out, content, places.force);
  nlohmann::json json = {{"verb", "import"},
                         {"field", places.field.string()},
                         {"data", places.out.string()},
                         {"format", "drifters"}};
  json.update(nlohmann::json(drifter_json(content)));
  write_json_result(invocation, json);
  return kExitDone;
}

}  // namespace lagoon::pipelines
