#pragma once

#include "pipelines/export/output_file.hpp"
#include "pipelines/export/selection.hpp"

namespace lagoon::pipelines {

/// What a file of polylines holds.
struct PolylineCount {
  std::int64_t points = 0;
  std::int64_t lines = 0;
};

/// A VTK XML file (.vtp) of one polyline a trajectory, more where observations are missing or,
/// with `wrap`, where it crosses the seam of the unit square: there both lines end on the edge, at
/// the time of crossing by linear interpolation.. Points have the
/// type of the file's storage, and time, drifter and flow; cells have the trajectory.
PolylineCount write_polylines(OutputFile& out, const datasets::Reader& reader,
                              const ExportSelection& selection, bool wrap);

}  // namespace lagoon::pipelines
