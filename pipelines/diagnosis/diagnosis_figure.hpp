#pragma once

#include <string>

#include "pipelines/diagnosis/diagnosis.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// Whether the weights are shown to be too sure or too unsure, and how many queries the greatest
/// hub answers: the sentence that begins the caption, ending in a space.
std::string diagnosis_finding(const Diagnosis& diagnosis);

/// Cosines of either side against the law of uniform directions, how often each row is an answer,
/// and whether weights are probabilities.
Figure draw_diagnosis(const FigureFolder& folder, const Diagnosis& diagnosis);

}  // namespace lagoon::pipelines
