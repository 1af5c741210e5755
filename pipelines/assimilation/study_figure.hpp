#pragma once

#include <vector>

#include "pipelines/assimilation/evaluation.hpp"
#include "pipelines/assimilation/study.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// Relative error and CRPS of every method against what the study varies; below, 90% coverage and
/// information.
Figure draw_study(const FigureFolder& folder, const Study& study,
                  const std::vector<std::vector<MethodResult>>& settings);

}  // namespace lagoon::pipelines
