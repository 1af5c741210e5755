#pragma once

#include <string>
#include <utility>
#include <vector>

#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// A piece of work and where its time went.
struct TimedWork {
  std::string label;
  std::vector<std::pair<std::string, double>> seconds;  ///< phase -> seconds, longest first
};

/// Bars of seconds by phase, one panel for each piece of work.
Figure draw_seconds(const FigureFolder& folder, const std::vector<TimedWork>& works);

}  // namespace lagoon::pipelines
