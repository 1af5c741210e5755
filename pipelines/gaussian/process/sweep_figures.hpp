#pragma once

#include "pipelines/figures/figure.hpp"
#include "pipelines/gaussian/process/example_figure.hpp"
#include "pipelines/gaussian/process/process_fits.hpp"

namespace lagoon::pipelines {

/// [BST] Figures 8 to 10: conditional means of the example, and errors of the trained means beside
/// what is best.
Figure draw_sweep(const FigureFolder& folder, const ProcessTheory& theory,
                  const ProcessExample& example, const SweepPlan& plan, const FitsBySetting& fits,
                  const ProcessOptions& options);

}  // namespace lagoon::pipelines
