#pragma once

#include <complex>
#include <span>
#include <vector>

#include "flow/law/law.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

/// What is observed of a flow itself, at t = 0 where psi_hat is: velocity at fixed stations (the
/// setting of [BST] 1.2) and fields on the grid (i / grid, j / grid). It is no part of the law: the
/// same flows can be observed in many ways.
struct EulerianObservations {
  std::vector<double> station_x, station_y;  ///< (station)
  double station_noise_std = 0;              ///< of each velocity component, independent
  int grid = 0;                              ///< points a side; 0: no fields
  bool psi = false, vorticity = false;       ///< which fields

  std::size_t n_stations() const { return station_x.size(); }
  bool operator==(const EulerianObservations&) const = default;
};

/// Velocity with the law's mean velocity at the stations, with noise: velocity_x, velocity_y
/// (station).
void observe_stations(const Law& law, const EulerianObservations& observations, const DrawKey& key,
                      std::span<const std::complex<double>> psi_hat, std::span<double> velocity_x,
                      std::span<double> velocity_y);

/// Throws Error unless station coordinates agree and are finite, and the grid resolves the modes.
void require_valid(const EulerianObservations& observations, const ModeSet& modes);

}  // namespace lagoon::flow
