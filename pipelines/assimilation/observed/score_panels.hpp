#pragma once

#include <vector>

#include "pipelines/assimilation/observed/held_out_study.hpp"

namespace lagoon::pipelines {

/// Of every part, the methods' errors with their intervals, and their coverage.
Figure draw_score_panels(const FigureFolder& folder, const std::vector<HeldOutPart>& parts);

}  // namespace lagoon::pipelines
