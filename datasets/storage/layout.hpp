#pragma once

#include <cstdint>
#include <filesystem>

#include "datasets/description.hpp"
#include "datasets/storage/hdf5.hpp"
#include "datasets/storage/schema.hpp"
#include "flow/law/law.hpp"

namespace lagoon::datasets {

/// Creates the dataset file whole, with everything but its samples: groups, dimension scales,
/// variables, attributes, law, indices, splits. Replaces `path`. complete and samples_complete are
/// 0.
void create_layout(const std::filesystem::path& path, const Description& description);

/// Checks every variable of the table: there, of the right type and axes, one contiguous piece
/// inside the file's length, lengths that agree. Throws Error "OBJECT what; expected ...".
Extent require_layout(const hdf5::File& file, Storage storage, std::int64_t file_size);

/// Calls visit(variable, value_of) for each variable whose value at trajectory i is a function of i
/// and the law: value_of(i).
template <class Visitor>
void visit_trajectory_values(const flow::Law& law, Visitor&& visit) {
  const auto n_drifters = static_cast<std::int64_t>(law.n_drifters());
  const auto drifter = [n_drifters](std::int64_t i) { return i % n_drifters; };
  visit("/trajectory", [](std::int64_t i) { return i; });
  visit("/flow_index", [n_drifters](std::int64_t i) { return i / n_drifters; });
  visit("/drifter_index",
        [drifter](std::int64_t i) { return static_cast<std::int32_t>(drifter(i)); });
  visit("/release_x", [&law, drifter](std::int64_t i) { return law.release_x[drifter(i)]; });
  visit("/release_y", [&law, drifter](std::int64_t i) { return law.release_y[drifter(i)]; });
}

/// Trajectories or flows that are handled at once where values are made or checked row by row.
inline constexpr std::int64_t kSlabRows = 65536;

}  // namespace lagoon::datasets
