#pragma once

#include "pipelines/export/output_file.hpp"
#include "pipelines/export/selection.hpp"

namespace lagoon::pipelines {

/// A VTK XML file (.vti) of psi, velocity and vorticity of the chosen flows as point data on the
/// closed unit square of (n + 1) x (n + 1) points, at time 0 (if the selection has the release) and
/// at its times: arrays psi_7, velocity_7, vorticity_7 for flow 7, float64, one time step after the
/// other. Throws Error unless n is more than twice the largest wavenumber, or if psi_hat varies in
/// time and a time other than 0 is asked for.
void write_image_data(OutputFile& out, const datasets::Reader& reader, const Selection& selection,
                      int n);

}  // namespace lagoon::pipelines
