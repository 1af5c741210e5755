#pragma once

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/ensemble/analysis.hpp"
#include "flow/assimilation/ensemble/ensemble_options.hpp"
#include "flow/assimilation/posterior.hpp"
#include "flow/assimilation/tracks.hpp"

namespace lagoon::flow {

/// How filter_drifters() corrects its members.
struct DrifterFilter {
  Analysis analysis = Analysis::square_root;
  double inflation = 1;  ///< of the anomalies after each analysis
  bool rotates = false;  ///< mixes them, after each
};

/// The ensemble Kalman filter on the flow's control vector augmented by the positions of the
/// drifters (Kuznetsov, Ide & Jones 2003, MWR 131, 2247; with an ensemble, Salman et al. 2006, MWR
/// 134, 1081): members are carried from one chosen observation time to the next, where the
/// positions of all drifters seen then correct both. Returns the members' control vectors after the
/// last. Takes laws with diffusivity, which is then the members' too. Throws Error for amplitudes
/// that vary, and where there is neither an error_std nor a law's.
EnsemblePosterior filter_drifters(const Law& law, const ControlSpace& space, const Tracks& tracks,
                                  const DrifterFilter& filter, const EnsembleOptions& options);

}  // namespace lagoon::flow
