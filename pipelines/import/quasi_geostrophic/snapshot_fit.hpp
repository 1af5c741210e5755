#pragma once

#include <cstddef>
#include <vector>

#include "datasets/quasi_geostrophic.hpp"
#include "flow/projection/potential_vorticity.hpp"

namespace lagoon::pipelines {

/// What a flow of fewer waves keeps of the fitted one.
struct Truncation {
  int max_wavenumber = 0;
  double kept_velocity_variance = 0;  ///< share of the fitted field's
  double kept_psi_variance = 0;
  flow::VelocityFit as_fitted;  ///< against the drifters, amplitude of the whole fit, own mean flow
  flow::VelocityFit refitted;   ///< the same with an amplitude of its own
};

/// A snapshot of potential vorticity turned into the streamfunction that explains its drifters.
/// Lengths in boxes, times in days.
struct SnapshotFit {
  std::size_t time = 0;            ///< drifter time of the snapshot
  double planetary_jump = 0;       ///< of the raw q over the whole period in y
  flow::VelocitySamples drifters;  ///< centred differences at that time
  flow::DeformationFit best;
  flow::VelocityFit barotropic;          ///< F = 0
  flow::VelocityFit barotropic_no_mean;  ///< F = 0, no mean flow fitted
  flow::SpectralField psi;               ///< amplitude included, all wavenumbers
};

/// Removes the planetary part of q, inverts, and fits amplitude, mean flow and F to the drifters.
/// Throws Error if the snapshot is the first or last drifter time.
SnapshotFit fit_snapshot(const datasets::QuasiGeostrophicRun& run);

/// How well the fitted field explains the drifters with |k|, |l| <= max_wavenumber alone.
Truncation score_truncation(const SnapshotFit& fit, int max_wavenumber);

}  // namespace lagoon::pipelines
