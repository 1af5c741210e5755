#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "datasets/description.hpp"
#include "datasets/storage/hdf5.hpp"
#include "datasets/storage/schema.hpp"
#include "flow/law/law.hpp"

namespace lagoon::datasets {

/// Creates the dataset file whole, with everything but its samples: groups, dimension scales,
/// variables, attributes, law, indices, splits. Replaces `path`. complete and samples_complete are
/// 0.
void create_layout(const std::filesystem::path& path, const Description& description);

/// Creates the master of shards, complete: the same layout, but every variable of flows or
/// trajectories is virtual over the shards' files, which lie in the folder of `path`. It is to be
/// renamed to `out`, from which the shards have their names.
void create_master(const std::filesystem::path& path, const Description& description,
                   const std::vector<Shard>& shards, const std::filesystem::path& out);

/// What optional variables a file holds, by the links that are there.
Contents find_contents(const hdf5::File& file, Storage storage);

/// Checks every variable of the table: there, of the right type and axes, one contiguous piece
/// inside the file's length, lengths that agree. Throws Error "OBJECT what; expected ...". Of a
/// master, only the variables that are no part of samples are looked at, and n_flows and n_drifters
/// stay 0.
Extent require_layout(const hdf5::File& file, const Contents& contents, std::int64_t file_size,
                      bool is_master);

/// Calls visit(variable, value_of) for each variable whose value at trajectory i of the whole
/// dataset is a function of i and the law: value_of(i).
template <class Visitor>
void visit_trajectory_values(const flow::Law& law, Visitor&& visit) {
  const auto n_drifters = static_cast<std::int64_t>(law.n_drifters());
  const auto drifter = [n_drifters](std::int64_t i) { return i % n_drifters; };
  const auto index = [](std::int64_t i) { return static_cast<std::int32_t>(i); };
  visit("/trajectory", index);
  visit("/flow_index", [index, n_drifters](std::int64_t i) { return index(i / n_drifters); });
  visit("/drifter_index", [index, drifter](std::int64_t i) { return index(drifter(i)); });
  visit("/release_x", [&law, drifter](std::int64_t i) { return law.release_x[drifter(i)]; });
  visit("/release_y", [&law, drifter](std::int64_t i) { return law.release_y[drifter(i)]; });
  visit("/release_time", [&law, drifter](std::int64_t i) { return law.release_time[drifter(i)]; });
}

/// Coordinate of line i of the grid.
double grid_line(std::int64_t i, std::int64_t n_grid);

/// Trajectories or flows that are handled at once where values are made or checked row by row.
inline constexpr std::int64_t kSlabRows = 65536;

}  // namespace lagoon::datasets
