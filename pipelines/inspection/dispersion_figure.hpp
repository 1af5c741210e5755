#pragma once

#include "pipelines/figures/figure.hpp"
#include "pipelines/inspection/dispersion.hpp"

namespace lagoon::pipelines {

/// One-particle and, if there are pairs, two-particle dispersion against time, logarithmic, with
/// 95% intervals and the laws that they follow at first (t^2) and at last (t).
Figure draw_dispersion(const FigureFolder& folder, const Dispersion& dispersion);

}  // namespace lagoon::pipelines
