#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace lagoon::datasets {

/// A quasi-geostrophic run on a periodic box with drifters, as the file vortex.mat of J. M. Lilly's
/// jLab holds it (a MATLAB 7.3 file, which is HDF5): one snapshot of potential vorticity and the
/// drifters' positions at many times.
struct QuasiGeostrophicRun {
  double length_scale = 0;  ///< L, km; the box is 2 pi L
  double snapshot_day = 0;
  int n_grid = 0;
  std::vector<double> q;  ///< (n_grid, n_grid), x first; first and last lines are neighbours

  std::size_t n_drifters = 0;
  std::vector<double> days;  ///< (time) evenly spaced
  std::vector<double> x;     ///< (drifter, time) km, unwrapped
  std::vector<double> y;     ///< (drifter, time) km, unwrapped

  double box() const;  ///< 2 pi L, km
  std::size_t n_times() const { return days.size(); }
};

/// True if the file is HDF5 and has the objects of such a run.
bool is_quasi_geostrophic(const std::filesystem::path& path);

/// Reads it. Throws Error naming the object that is missing or has a wrong shape, or the rule that
/// its values break: finite, evenly spaced times, a snapshot within them.
QuasiGeostrophicRun read_quasi_geostrophic(const std::filesystem::path& path);

}  // namespace lagoon::datasets
