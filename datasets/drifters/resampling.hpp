#pragma once

#include <cstdint>
#include <vector>

#include "datasets/drifters/tracks.hpp"

namespace lagoon::datasets {

/// Multiples of `step` seconds (counted from 1970) from the first record to the last; at least one.
/// Throws Error for a step that gives none, or more than 10 million.
std::vector<double> regular_times(const DrifterTracks& tracks, double step);

/// `count` times, evenly from the first record to the last. Throws Error for none, or more than 10
/// million.
std::vector<double> spread_times(const DrifterTracks& tracks, std::int64_t count);

/// One track a drifter, its pieces together, with one record a time: interpolated linearly between
/// the records of a piece (longitudes the short way round), NaN outside of every piece. Throws
/// Error if the result does not fit into the machine's memory.
DrifterTracks resample(const DrifterTracks& tracks, const std::vector<double>& times);

/// The tracks without records whose position is missing.
DrifterTracks without_missing(const DrifterTracks& tracks);

}  // namespace lagoon::datasets
