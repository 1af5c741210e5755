#pragma once

#include <cstddef>
#include <vector>

#include "pipelines/assimilation/evaluation.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// One query: psi of the true flow at t = 0, and below it, a row a method but the prior, the
/// posterior's mean, how far that is from the truth, and its spread, with the drifters' paths.
Figure draw_example(const FigureFolder& folder, const Queries& queries, std::size_t query,
                    const std::vector<MethodResult>& results);

}  // namespace lagoon::pipelines
