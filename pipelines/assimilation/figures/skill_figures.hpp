#pragma once

#include <vector>

#include "pipelines/assimilation/scores/method_result.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// Relative errors of psi and velocity, wavenumber by wavenumber, a line a method.
Figure draw_wavenumbers(const FigureFolder& folder, const std::vector<MethodResult>& results);

/// How far drifters released elsewhere are forecast wrongly, against time up to last_time, beside
/// persistence: relative to the way they go to the end, and to that which they have gone so far.
/// Some method must have forecasts.
Figure draw_forecasts(const FigureFolder& folder, double last_time,
                      const std::vector<MethodResult>& results);

}  // namespace lagoon::pipelines
