#pragma once

#include "pipelines/figures/figure.hpp"
#include "pipelines/retrieval/example.hpp"

namespace lagoon::pipelines {

/// The true potential beside the retrieved one and the runner-up, psi at t = 0 with the drifters'
/// paths over it ([BST] Figures 13 and 15).
Figure draw_potentials(const FigureFolder& folder, const Example& example);

/// Mean and spread of psi under the learned posterior beside the truth, with the true flow in the
/// library and without it.
Figure draw_posterior(const FigureFolder& folder, const Example& example);

/// What begins its caption: rms error and rms spread of the posterior without the true flow.
std::string spread_finding(const Example& example);

}  // namespace lagoon::pipelines
