#pragma once

#include <filesystem>

#include "pipelines/assimilation/observed/held_out_study.hpp"
#include "pipelines/assimilation/observed/learned/learned_forecaster.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// The options of real data: `hold-out` and what goes with it.
void declare_observed(OptionTable& table, ObservedRequest& request);

/// The study that the request asks for: blocks of velocity samples, tracks of a drifter file, or
/// drifters of a dataset. Throws Error for a file of another kind.
ObservedStudy study_observed(const std::filesystem::path& data, const ObservedRequest& request,
                             const LearnedForecaster& learned, std::uint64_t seed, int threads);

}  // namespace lagoon::pipelines
