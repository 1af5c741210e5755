#pragma once

#include "pipelines/assimilation/observed/track_prior.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// Of one window: each drifter that was held out with 4D-Var's forecast and the mean way of the
/// others, then the ends of all tracks.
std::vector<Figure> draw_tracks(const FigureFolder& folder, const WindowCases& cases,
                                const TrackPrior& prior, double km);

/// One case in boxes: what 4D-Var says of the drifters held out, and the way of the nearest.
Figure draw_held_out(const FigureFolder& folder, const flow::TrackCase& track_case,
                     const flow::VectorForecast& variational, const flow::VectorForecast& nearest);

}  // namespace lagoon::pipelines
