#pragma once

#include "pipelines/diagnosis/diagnosis.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// Cosines of either side against the law of uniform directions, how often each row is an answer,
/// and whether weights are probabilities.
Figure draw_diagnosis(const FigureFolder& folder, const Diagnosis& diagnosis);

}  // namespace lagoon::pipelines
