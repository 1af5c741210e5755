#pragma once

#include "datasets/reader.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// A GIF of `n_frames` frames: psi of a flow through the observed time, and its drifters with what
/// is behind them.
Figure draw_animation(const FigureFolder& folder, const datasets::Reader& reader, std::int64_t flow,
                      int n_frames);

}  // namespace lagoon::pipelines
