#pragma once

#include "pipelines/figures/figure.hpp"
#include "pipelines/gaussian/planar/planar_study.hpp"

namespace lagoon::pipelines {

/// [BST] Figure 1: the product of the marginals and the data's law.
Figure draw_reference_and_data(const FigureFolder& folder, const PlanarStudy& study);

/// [BST] Figure 5 and the extensions: the joint density of each Gaussian model.
Figure draw_learned_planes(const FigureFolder& folder, const PlanarStudy& study);

/// [BST] Figure 6, right: the joint density of the normalised encoders.
Figure draw_sign_planes(const FigureFolder& folder, const PlanarStudy& study);

}  // namespace lagoon::pipelines
