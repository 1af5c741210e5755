#pragma once

#include "pipelines/export/output_file.hpp"
#include "pipelines/export/selection.hpp"

namespace lagoon::pipelines {

/// An XDMF file (.xdmf) that shows the drifters of the chosen flows as points, one grid for each of
/// the chosen times, with flow and drifter: a few lines a time that name places in the HDF5 file,
/// which is copied nowhere and must stay beside `path` as it is now. Positions are unwrapped, those
/// that are missing are NaN, and the release points are not among them. Throws Error unless the
/// flows follow one another.
void write_xdmf(OutputFile& out, const std::filesystem::path& path, const datasets::Reader& reader,
                const ExportSelection& selection);

}  // namespace lagoon::pipelines
