#pragma once

#include <cstdint>
#include <span>

#include "datasets/digits/mnist.hpp"
#include "pipelines/figures/figure.hpp"
#include "pipelines/mnist/scores.hpp"

namespace lagoon::pipelines {

/// The kDrawnImages test images drawn given `label`, a panel for each of kDigitLosses; images drawn
/// more than once are framed ([BST] Figure 12).
Figure draw_samples(const FigureFolder& folder, const datasets::Digits& test,
                    std::span<const LossScores> all, std::int64_t label);

}  // namespace lagoon::pipelines
