#pragma once

#include "pipelines/bridge/maze/maze_study.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// The first tasks of the first seed: walls, the start, the cells of the label, and the ways of
/// both policies.
Figure draw_trajectories(const FigureFolder& folder, const MazeResult& result);

/// Success of both policies in every maze with 95% intervals, and each seed's.
Figure draw_success(const FigureFolder& folder, const std::vector<MazeResult>& results);

}  // namespace lagoon::pipelines
