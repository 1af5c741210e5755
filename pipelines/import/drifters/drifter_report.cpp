#include "pipelines/import/drifters/drifter_report.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "datasets/text/calendar.hpp"
#include "flow/error.hpp"
#include "flow/numerics/sample_moments.hpp"

namespace lagoon::pipelines {
namespace {

using datasets::DrifterFile;
using datasets::RecordCounts;
using Json = nlohmann::ordered_json;

Json counts_json(const RecordCounts& counts) {
  Json rejected;
  for (const auto reason : datasets::all_rejections())
    rejected[std::string(to_string(reason))] = counts.rejected_for(reason);
  Json json = {{"read", counts.read},
               {"kept", counts.kept},
               {"rejected", rejected},
               {"put_in_order", counts.put_in_order},
               {"gaps_cut", counts.gaps},
               {"drifters_read", counts.drifters_read},
               {"drifters_kept", counts.drifters_kept}};
  if (!counts.first_unreadable.empty()) json["first_unreadable"] = counts.first_unreadable;
  return json;
}

Json scales_json(const datasets::TrackScales& scales) {
  const bool degrees = scales.geographic;
  return {{degrees ? "origin_longitude" : "origin_x_m", scales.origin_x},
          {degrees ? "origin_latitude" : "origin_y_m", scales.origin_y},
          {"length_scale_m", scales.length},
          {"time_scale_s", scales.time_unit},
          {"velocity_scale_m_s", scales.velocity_unit()},
          {"epoch", datasets::format_time(scales.epoch)}};
}

/// The smallest and the largest of the values that there are; null if there are none.
Json range_json(const std::vector<double>& values) {
  double smallest = INFINITY, largest = -INFINITY;
  for (const double value : values) {
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  return smallest <= largest ? Json{smallest, largest} : Json();
}

/// Of each drifter: pieces, records, first and last time.
Json drifters_json(const DrifterFile& content) {
  const auto& tracks = content.tracks;
  const auto offsets = tracks.offsets();
  Json drifters = Json::object();
  for (std::size_t i = 0; i < tracks.n_tracks(); ++i) {
    if (tracks.rowsize[i] == 0) continue;
    Json& drifter = drifters[tracks.ids[i]];
    if (drifter.is_null())
      drifter = {{"pieces", 0},
                 {"records", 0},
                 {"first", datasets::format_time(tracks.time[offsets[i]])},
                 {"last", ""}};
    drifter["pieces"] = drifter["pieces"].get<int>() + 1;
    drifter["records"] =
        drifter["records"].get<std::int64_t>() +
        std::count_if(tracks.x.begin() + static_cast<std::ptrdiff_t>(offsets[i]),
                      tracks.x.begin() + static_cast<std::ptrdiff_t>(offsets[i + 1]),
                      [](double x) { return !std::isnan(x); });
    drifter["last"] = datasets::format_time(tracks.time[offsets[i + 1] - 1]);
  }
  return drifters;
}

double largest_departure(const datasets::ScaledTracks& a, const datasets::ScaledTracks& b) {
  return std::max({flow::largest_difference(a.time, b.time), flow::largest_difference(a.x, b.x),
                   flow::largest_difference(a.y, b.y),
                   flow::largest_difference(a.velocity_x, b.velocity_x),
                   flow::largest_difference(a.velocity_y, b.velocity_y)});
}

}  // namespace

Json drifter_json(const DrifterFile& content) {
  const auto& tracks = content.tracks;
  const auto [first, last] = std::ranges::minmax(tracks.time);
  return {{"layout", content.layout == datasets::DrifterLayout::ragged ? "ragged" : "orthogonal"},
          {"trajectories", tracks.n_tracks()},
          {"records", tracks.n_records()},
          {"first_time", datasets::format_time(first)},
          {"last_time", datasets::format_time(last)},
          {tracks.geographic ? "longitude" : "plane_x_m", range_json(tracks.x)},
          {tracks.geographic ? "latitude" : "plane_y_m", range_json(tracks.y)},
          {"x", range_json(content.records.x)},
          {"y", range_json(content.records.y)},
          {"velocity", tracks.has_velocity()},
          {"counts", counts_json(content.counts)},
          {"scales", scales_json(content.scales)}};
}

std::string drifter_text(const DrifterFile& content) {
  const RecordCounts& counts = content.counts;
  std::ostringstream out;
  out << "records read: " << counts.read << " of " << counts.drifters_read << " drifters\n";
  for (const auto reason : datasets::all_rejections())
    if (counts.rejected_for(reason) > 0)
      out << "  " << std::left << std::setw(18) << to_string(reason) << std::right << std::setw(9)
          << counts.rejected_for(reason) << "\n";
  if (!counts.first_unreadable.empty())
    out << "  first unreadable: " << counts.first_unreadable << "\n";
  out << "records kept: " << counts.kept << " of " << counts.drifters_kept << " drifters, in "
      << content.tracks.n_tracks() << " tracks (" << counts.put_in_order << " put in order, "
      << counts.gaps << " gaps cut)\n"
      << "unit of length: " << std::setprecision(6) << content.scales.length / 1000
      << " km; unit of time: " << content.scales.time_unit / datasets::kSecondsPerDay
      << " days; unit of velocity: " << content.scales.velocity_unit() << " m/s\n"
      << "time 0: " << datasets::format_time(content.scales.epoch)
      << "; x = y = 1/2: " << content.scales.origin_x << ", " << content.scales.origin_y
      << (content.scales.geographic ? " degrees" : " m");
  return out.str();
}

Json describe_drifters(const std::filesystem::path& path) {
  const DrifterFile content = datasets::read_drifter_file(path);
  Json json = {{"drifters", path.string()}, {"bytes", std::filesystem::file_size(path)}};
  json.update(drifter_json(content));
  json["tracks"] = drifters_json(content);
  json["title"] = content.title;
  json["source"] = content.source;
  json["source_hash"] = content.source_hash;
  json["history"] = content.history;
  json["lagoon_version"] = content.lagoon_version;
  json["git_commit"] = content.git_commit;
  json["config"] = content.config_toml;
  return json;
}

Json verify_drifters(const std::filesystem::path& path) {
  const DrifterFile content = datasets::read_drifter_file(path);
  const RecordCounts& counts = content.counts;
  require(datasets::hash_records(content) == content.records_hash,
          path.string() +
              ": its records are not those that were written, their checksum differs "
              "(write it again by lagoon import)");
  require(counts.read == counts.kept + counts.rejected_in_all(),
          path.string() + ": the records kept and rejected do not add up to those read");
  constexpr double kRounding = 1e-9;  // of another machine's cosine, over many boxes
  const double departure =
      largest_departure(datasets::to_scaled(content.tracks, content.scales), content.records);
  require(departure <= kRounding,
          path.string() +
              ": x, y or model_time are not those of the measured records (write it "
              "again by lagoon import)");
  return {{"checksum", "agrees"}, {"counts", "add up"}, {"largest_departure", departure}};
}

}  // namespace lagoon::pipelines
