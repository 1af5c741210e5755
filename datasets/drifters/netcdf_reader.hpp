#pragma once

#include <filesystem>

#include "datasets/drifters/tracks.hpp"

namespace lagoon::datasets {

/// Reads trajectories of CF's discrete sampling geometries from a NetCDF file of any kind:
/// contiguous ragged (a variable with sample_dimension, or one named rowsize, as clouddrift and
/// TrajAn have it), indexed ragged (instance_dimension), or orthogonal, positions (trajectory,
/// time) with missing values. Coordinates are found by CF attributes, then by usual names;
/// positions in kilometres or metres if they are no degrees. Cells of an orthogonal array without
/// any position are no records. Positions, and times of two axes, must lie on the same axes in the
/// same order; velocities that do not are left out. Velocities (u, v; ve, vn; CF's standard names)
/// are in m/s, or cm/s by units. Throws Error that names what is missing and the variables there
/// are. A damaged file can hang the library: try it by probe_file first.
DrifterRecords read_drifter_netcdf(const std::filesystem::path& path);

}  // namespace lagoon::datasets
