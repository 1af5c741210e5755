#pragma once

#include <vector>

#include "pipelines/assimilation/evaluation.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// Nominal against observed coverage of central intervals, a point a level and method.
Figure draw_coverage(const FigureFolder& folder, const std::vector<MethodResult>& results);

/// Rank histograms of the truth's functionals, a panel a method.
Figure draw_ranks(const FigureFolder& folder, const std::vector<MethodResult>& results);

/// Seconds a query against relative error and CRPS, a point a method but the prior.
Figure draw_cost(const FigureFolder& folder, const std::vector<MethodResult>& results);

}  // namespace lagoon::pipelines
