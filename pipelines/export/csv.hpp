#pragma once

#include "pipelines/export/output_file.hpp"
#include "pipelines/export/selection.hpp"

namespace lagoon::pipelines {

/// One line an observation: trajectory, flow, drifter, time, x, y. Numbers are the shortest that
/// read back to the bits of the file's storage; missing observations have no line. Returns lines.
std::int64_t write_csv(OutputFile& out, const datasets::Reader& reader,
                       const ExportSelection& selection, bool wrap);

}  // namespace lagoon::pipelines
