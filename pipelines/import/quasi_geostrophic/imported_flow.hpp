#pragma once

#include <complex>
#include <string>
#include <vector>

#include "datasets/quasi_geostrophic.hpp"
#include "flow/law/law.hpp"
#include "flow/projection/random_mode_prior.hpp"
#include "pipelines/import/quasi_geostrophic/snapshot_fit.hpp"

namespace lagoon::pipelines {

/// How a snapshot and its drifters become one steady flow of few modes.
struct FlowImportOptions {
  int max_wavenumber = 3;                   ///< modes |k|, |l| <= this, one of each pair of mirrors
  int half_window = 10;                     ///< drifter times on each side of the snapshot
  double final_time = 0.1;                  ///< the window's length in the law's units
  std::string prior = "power";              ///< as fit_random_mode_prior's form
  std::string noise = "correlated-misfit";  ///< correlated-misfit | misfit | quantisation
};

/// Errors of position per component, box lengths: root mean squares over drifters and times.
struct PositionErrors {
  double displacement = 0;  ///< of the real drifters from their release points, for comparison
  double misfit = 0;        ///< real tracks minus those of the retained modes' flow
  double quantisation = 0;  ///< of the positions in the file, step / sqrt 12
  std::vector<double> displacement_in_time, misfit_in_time;  ///< (time) over drifters only
};

/// One flow, its drifters and the law it stands for; unit torus, model time.
struct ImportedFlow {
  flow::Law law;
  std::vector<std::complex<double>> psi_hat;  ///< (mode)
  std::vector<double> x, y;                   ///< (drifter, time) real positions
  double box_km = 0;
  double time_unit_days = 0;
  double rms_speed = 0;  ///< of the retained modes over the torus
  flow::RandomModePrior prior;
  PositionErrors errors;
};

/// The fitted flow in the law's units: lengths in boxes, the window of drifter times around the
/// snapshot as final_time, steady (omega = 0), release points where the drifters are at the
/// window's beginning. The fitted mean flow, which no streamfunction on a torus has, is taken from
/// the real displacements. Throws Error if the window leaves the record.
ImportedFlow import_flow(const datasets::QuasiGeostrophicRun& run, const SnapshotFit& fit,
                         const FlowImportOptions& options);

}  // namespace lagoon::pipelines
