#pragma once

#include <vector>

#include "pipelines/figures/figure.hpp"
#include "pipelines/gaussian/planar/planar_study.hpp"

namespace lagoon::pipelines {

/// [BST] Figures 2 to 4 and the two extensions: conditionals at v = 1 and u = 1 and the marginals
/// of each Gaussian model, in the order of the study.
std::vector<Figure> draw_planar_densities(const FigureFolder& folder, const PlanarStudy& study);

/// [BST] Figure 6, left: conditionals of the normalised encoders at their best temperature and at
/// 1.
Figure draw_sign_densities(const FigureFolder& folder, const PlanarStudy& study);

}  // namespace lagoon::pipelines
