#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/drifters/storage/drifter_file.hpp"
#include "datasets/storage/hdf5.hpp"

/// The file of drifters, told once: its writer, its reader, the tests and docs/real_drifters.md
/// follow this table.
namespace lagoon::datasets::drifter_schema {

/// The global attribute lagoon_content of such a file.
inline constexpr auto kContent = "drifters";

/// The global attribute drifter_schema_version; a file without it is of version 1.
inline constexpr std::int32_t kSchemaVersion = 1;

/// A variable of the file.
struct Variable {
  std::string name;
  hdf5::Type type;
  std::vector<std::string> dimensions;
  std::string units;  ///< "": none (text)
  std::string long_name;
  hdf5::TextAttributes more = {};
  bool may_be_missing = false;  ///< NaN is its fill value
};

/// Every variable of a file with this layout, these coordinates and this choice of velocities.
std::vector<Variable> variables(const DrifterFile& content);

/// The dimensions in the order of creation.
std::vector<std::string> dimensions(DrifterLayout layout);

/// The layout's name, as flags and files have it.
std::string to_string(DrifterLayout layout);

/// Lengths of the file's dimensions.
struct Extent {
  std::int64_t trajectory = 0, obs = 0, time = 0, id_length = 0;

  /// Length of a dimension; lengths of a variable's axes.
  std::int64_t length(const std::string& dimension) const;
  std::vector<std::int64_t> lengths(const Variable& variable) const;
};

/// Of the file that this content makes.
Extent extent_of(const DrifterFile& content);

/// Calls visit(name, values) for each variable with one number a record, but time.
template <class AnyFile, class Visitor>
void visit_records(AnyFile& file, bool velocity, Visitor&& visit) {
  const bool geographic = file.scales.geographic;
  visit(geographic ? "longitude" : "plane_x", file.tracks.x);
  visit(geographic ? "latitude" : "plane_y", file.tracks.y);
  visit("x", file.records.x);
  visit("y", file.records.y);
  if (!velocity) return;
  visit("measured_velocity_x", file.tracks.velocity_x);
  visit("measured_velocity_y", file.tracks.velocity_y);
  visit("velocity_x", file.records.velocity_x);
  visit("velocity_y", file.records.velocity_y);
}

/// Calls visit(name, member) for each global attribute that holds a plain member.
template <class AnyFile, class Visitor>
void visit_attributes(AnyFile& file, Visitor&& visit) {
  visit("title", file.title);
  visit("history", file.history);
  visit("source", file.source);
  visit("source_hash", file.source_hash);
  visit("lagoon_version", file.lagoon_version);
  visit("git_commit", file.git_commit);
  visit("config_toml", file.config_toml);
  visit("origin_x", file.scales.origin_x);
  visit("origin_y", file.scales.origin_y);
  visit("length_scale_m", file.scales.length);
  visit("time_scale_s", file.scales.time_unit);
  visit("epoch_s", file.scales.epoch);
  visit("records_read", file.counts.read);
  visit("records_kept", file.counts.kept);
  for (const Rejection reason : all_rejections())
    visit("rejected_" + std::string(to_string(reason)),
          file.counts.rejected[static_cast<std::size_t>(reason)]);
  visit("records_put_in_order", file.counts.put_in_order);
  visit("gaps_cut", file.counts.gaps);
  visit("drifters_read", file.counts.drifters_read);
  visit("drifters_kept", file.counts.drifters_kept);
  visit("first_unreadable", file.counts.first_unreadable);
}

}  // namespace lagoon::datasets::drifter_schema
