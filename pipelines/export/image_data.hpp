#pragma once

#include <filesystem>

#include "pipelines/export/output_file.hpp"
#include "pipelines/export/selection.hpp"

namespace lagoon::pipelines {

/// Steps of a FlowSeries at which fields are written: 0, if the selection has the release, and
/// those of its times.
std::vector<std::size_t> field_steps(const ExportSelection& selection);

/// A VTK XML file (.vti) of psi, velocity and vorticity of the flows at one step, as point data on
/// the closed unit square of (n + 1) x (n + 1) points: arrays psi_7, velocity_7, vorticity_7 for
/// flow 7, float64, and the time as TimeValue. Throws Error unless n is more than twice the largest
/// wavenumber.
void write_image_data(OutputFile& out, const datasets::Reader& reader,
                      const std::vector<std::int64_t>& flows, std::size_t step, int n);

/// The same at several times: OUT.pvd names OUT_0000.vti, OUT_0001.vti, ... beside it, with their
/// times. Returns how many files of images there are.
std::size_t write_image_series(OutputFile& out, const std::filesystem::path& path, bool force,
                               const datasets::Reader& reader, const ExportSelection& selection,
                               int n);

}  // namespace lagoon::pipelines
