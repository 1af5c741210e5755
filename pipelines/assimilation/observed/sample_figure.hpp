#pragma once

#include <vector>

#include "flow/modes.hpp"
#include "flow/projection/velocity_fit.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// The samples (positions in boxes, m/s), and what the regression on all of them says where there
/// are none: mean velocity on a grid, and its standard deviation.
std::vector<Figure> draw_samples(const FigureFolder& folder, const flow::VelocitySamples& samples,
                                 double box_km, const flow::ModeSet& modes);

}  // namespace lagoon::pipelines
