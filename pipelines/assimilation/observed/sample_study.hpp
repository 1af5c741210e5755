#pragma once

#include <filesystem>

#include "pipelines/assimilation/observed/held_out_study.hpp"
#include "pipelines/assimilation/observed/learned/learned_forecaster.hpp"

namespace lagoon::pipelines {

/// Velocities of drifters at one instant, as `lagoon import --velocities` writes them: spatial
/// blocks are held out, and forecast by regression on waves whose prior is fitted to the others by
/// the evidence, beside climatology, the nearest sample, inverse distances and optimal
/// interpolation. Throws Error for a file without velocities.
ObservedStudy study_samples(const std::filesystem::path& data, const ObservedRequest& request,
                            const LearnedForecaster& learned, std::uint64_t seed, int threads);

}  // namespace lagoon::pipelines
