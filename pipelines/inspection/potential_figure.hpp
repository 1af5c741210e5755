#pragma once

#include "datasets/reader.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// At most so many drifters of a flow are drawn: more would hide it.
inline constexpr std::size_t kMostDrawnDrifters = 64;

/// psi at t = 0 of `count` flows, evenly spread over the file, with its contours, which are the
/// streamlines of that moment, and the observed paths of their drifters.
Figure draw_flows(const FigureFolder& folder, const datasets::Reader& reader, int count);

}  // namespace lagoon::pipelines
