#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "datasets/digits/mnist.hpp"
#include "pipelines/figures/figure.hpp"
#include "pipelines/mnist/scores.hpp"

namespace lagoon::pipelines {

/// Label probabilities of a few test images, a row each, a column for each of kDigitLosses ([BST]
/// Figure 11).
Figure draw_probabilities(const FigureFolder& folder, const datasets::Digits& test,
                          std::span<const LossScores> all, std::span<const std::int64_t> images);

}  // namespace lagoon::pipelines
