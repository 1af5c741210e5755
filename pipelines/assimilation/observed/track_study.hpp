#pragma once

#include <filesystem>

#include "pipelines/assimilation/observed/held_out_study.hpp"
#include "pipelines/assimilation/observed/learned/learned_forecaster.hpp"

namespace lagoon::pipelines {

/// Tracks of real drifters at common times, as `lagoon import --regular SECONDS --layout
/// orthogonal` writes them: in one window after the other each drifter is held out in turn, and the
/// end of all tracks. Forecast by 4D-Var, whose prior is fitted to the other folds' windows, beside
/// the mean displacement of the others, persistence and climatology. Throws Error for a ragged
/// file, and for fewer than two windows of three drifters.
ObservedStudy study_tracks(const std::filesystem::path& data, const ObservedRequest& request,
                           const LearnedForecaster& learned, std::uint64_t seed, int threads);

}  // namespace lagoon::pipelines
