#pragma once

#include "pipelines/figures/figure.hpp"
#include "pipelines/retrieval/evaluation.hpp"

namespace lagoon::pipelines {

/// Three panels: the share of queries whose truth is within a rank, the share whose posterior has
/// at most an effective sample size, and how often the best choice is right against its weight.
Figure draw_query_distributions(const FigureFolder& folder, const Evaluation& evaluation,
                                std::int64_t library_size);

}  // namespace lagoon::pipelines
