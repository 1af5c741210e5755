#pragma once

#include <vector>

#include "flow/assimilation/observed/track_windows.hpp"

namespace lagoon::pipelines {

/// What is assumed of a flow in which real drifters go, in boxes and days.
struct TrackPrior {
  double eddy_speed = 0;   ///< rms of the waves
  double drift_speed = 0;  ///< standard deviation of the mean velocity's constant part
  flow::UnresolvedMotion unresolved;
  int drift_terms = 1;

  /// Steady waves |k| <= n with psi falling as |k|^-2.
  flow::Law law(int max_wavenumber, double position_error) const;
  flow::UnknownDrift drift() const { return {drift_speed, drift_terms}; }
  /// Of what a case asks for, by 4D-Var of what it saw.
  flow::VectorForecast forecast(const flow::TrackCase& track_case) const;
};

/// Windows of a table and the waves that are assumed in them.
struct TrackTask {
  flow::TrackTable table;
  double metres_per_second = 0;  ///< in boxes a day
  double position_error = 0;     ///< boxes
  int max_wavenumber = 4;
  double seen_share = 2.0 / 3;
  int threads = 1;
};

/// What is held out of a window, and judged.
struct WindowCases {
  std::vector<flow::TrackCase> drifters;  ///< every drifter in turn
  flow::TrackCase end;                    ///< of all drifters
};

/// Observations have the errors that the prior's law gives them.
WindowCases cases_of(const TrackTask& task, const flow::TrackWindow& window,
                     const TrackPrior& prior);

/// The prior whose forecasts of what is held out of these windows have the smallest CRPS, drifters
/// and ends together: one value of a short list after the other, in turns.
TrackPrior fit_track_prior(const TrackTask& task, const std::vector<flow::TrackWindow>& windows,
                           int drift_terms);

}  // namespace lagoon::pipelines
