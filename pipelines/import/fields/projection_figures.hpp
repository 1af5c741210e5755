#pragma once

#include "pipelines/figures/figure.hpp"
#include "pipelines/import/fields/field_report.hpp"

namespace lagoon::pipelines {

/// The first snapshot as it was, as a torus, in 7 x 7, 15 x 15 and 31 x 31 modes (as far as the
/// grid has them), and what the modes of the law leave of it: projection.png.
Figure draw_projection(const FigureFolder& folder, const FieldFindings& findings);

/// The spectrum of psi with the fitted priors, and the variance that modes up to each wavenumber
/// explain: spectrum.png.
Figure draw_spectrum(const FigureFolder& folder, const FieldFindings& findings);

}  // namespace lagoon::pipelines
