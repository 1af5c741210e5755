#pragma once

#include <functional>

#include "datasets/reader.hpp"
#include "pipelines/export/selection.hpp"
#include "pipelines/inspection/drifter_path.hpp"

namespace lagoon::pipelines {

/// One drifter of one flow at the chosen times.
struct Trajectory {
  std::int64_t number = 0;  ///< in the whole dataset, of which the file may be a shard
  std::int64_t flow = 0;    ///< likewise
  std::int32_t drifter = 0;
  DrifterPath path;
};

/// Calls visit(trajectory) for every drifter of the chosen flows, in the order of the file. Memory
/// does not grow with the file.
void for_each_trajectory(const datasets::Reader& reader, const ExportSelection& selection,
                         const std::function<void(const Trajectory&)>& visit);

}  // namespace lagoon::pipelines
