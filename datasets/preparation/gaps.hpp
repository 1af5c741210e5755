#pragma once

#include <span>

#include "flow/law/law.hpp"

namespace lagoon::datasets {

/// What encoders are given for positions that were not observed: replaces NaN in x, y (drifter,
/// time) of one flow by linear interpolation in time between observed neighbours, of which the
/// release point at release_time is one. Before release it is the release point, after the last
/// observation that one. Does nothing if the law has no gaps.
void fill_gaps(const flow::Law& law, std::span<double> x, std::span<double> y);

}  // namespace lagoon::datasets
