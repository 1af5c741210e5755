#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "datasets/description.hpp"
#include "datasets/storage/hdf5.hpp"

namespace lagoon::datasets {

/// The dataset file, told once: writer, reader, tests and docs/file_format.md follow this table.
inline constexpr std::int32_t kSchemaVersion = 2;

/// The dimensions of a file.
enum class Dimension { trajectory, time, flow, mode, complex, station, grid_x, grid_y, counter };

/// What a file holds beyond what every file holds.
struct Contents {
  Storage storage = Storage::float32;
  bool amplitudes = false, stations = false, psi = false, vorticity = false;
  bool operator==(const Contents&) const = default;
};

/// What a description asks for.
Contents contents_of(const Description& description);

/// When a variable is in the file.
enum class Presence { always, amplitudes, stations, psi, vorticity, fields };

/// A dimension of the file.
struct DimensionRow {
  Dimension dimension;
  std::string path;
  bool is_variable;  ///< has values of its own; else a bare dimension
};

/// A variable of the file.
struct VariableRow {
  std::string path;
  hdf5::Type type;
  std::vector<Dimension> dimensions;
  std::string units;  ///< "": none (flags)
  std::string long_name;
  hdf5::TextAttributes more = {};
  Presence presence = Presence::always;
};

/// What the lengths of the dimensions follow from.
struct Extent {
  std::int64_t n_flows = 0;  ///< in the file
  std::int64_t n_drifters = 0, n_times = 0, n_modes = 0, n_stations = 0, n_grid = 0;

  /// Length of a dimension; lengths of a variable's axes.
  std::int64_t length(Dimension dimension) const;
  std::vector<std::int64_t> lengths(const VariableRow& variable) const;
};

/// Of the file that a description asks for.
Extent extent_of(const Description& description);

/// Groups other than the root, in the order of creation.
std::span<const std::string> groups();
/// The dimensions that such a file has, in the order of creation.
std::vector<DimensionRow> dimensions(const Contents& contents);

/// Every variable of a file with these contents; positions and fields have the type of the storage.
std::vector<VariableRow> variables(const Contents& contents);

/// Whether a file with these contents has the variables of that presence.
bool holds(const Contents& contents, Presence presence);

/// x and y.
bool is_position(const VariableRow& variable);

/// Its first axis is of flows or trajectories: a shard holds a part of it.
bool is_of_samples(const VariableRow& variable);

/// The row of a dimension.
const DimensionRow& row_of(Dimension dimension);

/// Bytes of all variables' values.
std::int64_t bytes_of(const Extent& extent, const Contents& contents);

/// "float32 (trajectory, time)".
std::string signature(const VariableRow& variable);

/// Global attributes that say the same in every file.
std::span<const std::pair<std::string, std::string>> constant_attributes();

/// "float32" | "float64", and back (Error for another name).
std::string to_string(Storage storage);
Storage storage_from_string(const std::string& name);

/// Calls visit(name, member) for each global attribute that holds a plain member of the
/// description.
template <class AnyDescription, class Visitor>
void visit_attributes(AnyDescription& description, Visitor&& visit) {
  visit("title", description.title);
  visit("history", description.history);
  visit("source", description.source);
  visit("lagoon_version", description.lagoon_version);
  visit("git_commit", description.git_commit);
  visit("seed", description.seed);
  visit("law_seed", description.law_seed);
  visit("n_flows", description.n_flows);
  visit("shard_index", description.shard.index);
  visit("shard_count", description.shard.count);
  visit("scheme", description.scheme);
  visit("precision", description.precision);
  visit("step", description.step);
  visit("steps_per_interval", description.steps_per_interval);
  visit("tolerance", description.tolerance);
  visit("max_error", description.max_error);
  visit("quantile_999_error", description.quantile_999_error);
  visit("n_probe_flows", description.n_probe_flows);
  visit("mean_velocity_x", description.law.mean_velocity[0]);
  visit("mean_velocity_y", description.law.mean_velocity[1]);
  visit("diffusivity", description.law.diffusivity);
  visit("observation_noise_std", description.law.observation_noise_std);
  visit("missing_fraction", description.law.missing_fraction);
  visit("station_noise_std", description.eulerian.station_noise_std);
  visit("length_scale_m", description.scales.length_m);
  visit("time_scale_s", description.scales.time_s);
  visit("origin_longitude", description.scales.origin_longitude);
  visit("origin_latitude", description.scales.origin_latitude);
  visit("origin_time", description.scales.origin_time);
  visit("validation_fraction", description.fractions.validation);
  visit("test_fraction", description.fractions.test);
  visit("config_toml", description.config_toml);
}

}  // namespace lagoon::datasets
