#pragma once

#include <filesystem>

#include "pipelines/assimilation/observed/held_out_study.hpp"
#include "pipelines/assimilation/observed/learned/learned_forecaster.hpp"

namespace lagoon::pipelines {

/// The drifters of a dataset of one flow, as `lagoon import` writes them of a quasi-geostrophic
/// run: held out fold by fold, and forecast from their release points by 4D-Var of the others,
/// whose prior is fitted to the others' velocities by the evidence, beside the mean way of the
/// others and that of the nearest. The flow of the dataset, which no method sees, scores the
/// estimated one. Throws Error for a law that is not steady, several flows, and fewer drifters than
/// folds.
ObservedStudy study_drifters(const std::filesystem::path& data, const ObservedRequest& request,
                             const LearnedForecaster& learned, std::uint64_t seed, int threads);

}  // namespace lagoon::pipelines
