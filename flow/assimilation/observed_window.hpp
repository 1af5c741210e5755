#pragma once

#include <vector>

#include "flow/assimilation/tracks.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow {

/// What was observed up to a time, and nothing of what came later.
struct ObservedWindow {
  /// Of the tracks `all` what was observed until `end`, the rest NaN.
  ObservedWindow(const Law& law, const Tracks& all, double end);

  Tracks tracks() const { return {x, y}; }

  std::vector<double> x, y;  ///< (drifter, time)
};

}  // namespace lagoon::flow
