#pragma once

#include <complex>
#include <vector>

namespace lagoon::datasets {

/// Consecutive flows of a dataset with all that is observed of them. What a dataset does not hold
/// is empty.
struct SampleBlock {
  std::vector<std::complex<double>> psi_hat;     ///< (flow, mode) at t = 0
  std::vector<std::complex<double>> amplitudes;  ///< (flow, time, mode), if amplitudes vary
  std::vector<double> x, y;  ///< (flow, drifter, time); NaN: not observed, if the law has gaps
  std::vector<double> station_velocity_x, station_velocity_y;  ///< (flow, station)
  std::vector<double> psi, vorticity;                          ///< (flow, grid, grid), x first
};

}  // namespace lagoon::datasets
