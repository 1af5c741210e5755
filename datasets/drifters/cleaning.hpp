#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "datasets/drifters/tracks.hpp"

namespace lagoon::datasets {

/// What a record must be to be kept. The defaults keep all that a track can hold at all.
struct CleaningRules {
  std::vector<double> box;  ///< x0, y0, x1, y1 (west, south, east, north); or empty
  double start = -std::numeric_limits<double>::infinity();  ///< seconds since 1970
  double end = std::numeric_limits<double>::infinity();
  double max_speed = std::numeric_limits<double>::infinity();  ///< metres per second
  double max_gap = std::numeric_limits<double>::infinity();    ///< seconds
  double stationary_seconds = 0;   ///< rest that counts as no drifting; 0: any rest is kept
  double stationary_metres = 100;  ///< what a drifter at rest may seem to move
  std::int64_t min_records = 2;
};

/// Keeps the records that obey the rules, in the order of time, and counts the others by reason; a
/// track is cut into pieces at every gap longer than max_gap, and a piece needs min_records.
///
/// Too fast: the records between which no speed exceeds max_speed form runs; the longest is
/// trusted, and from its ends the track is followed both ways, leaving out what cannot be reached
/// in time. At rest: a stretch of stationary_seconds or more within stationary_metres of its first
/// record; before_deployment at the beginning of a track, stranded later.
///
/// Throws Error, telling the counts, if nothing is left, and for rules that cannot be.
DrifterTracks clean(const DrifterTracks& tracks, const CleaningRules& rules, RecordCounts& counts);

}  // namespace lagoon::datasets
