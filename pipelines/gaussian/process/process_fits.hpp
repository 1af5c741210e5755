#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include <Eigen/Core>

#include "pipelines/gaussian/process/fit_store.hpp"
#include "pipelines/gaussian/process/process_study.hpp"

namespace lagoon::pipelines {

/// The fits of each setting, in the order of their seeds.
using FitsBySetting = std::map<FitSetting, std::vector<ProcessFit>>;

/// Trains what the plans name and the store does not hold yet, `options.seeds` fits a setting with
/// seeds from `seed` on, side by side on `threads` threads; each is stored when it is done. A fit
/// is a function of (options, setting, seed). The pairs of a setting are the first of those of a
/// larger one. Throws Stopped where a signal asks for the stop.
FitsBySetting fit_processes(const ProcessTheory& theory, const ProcessOptions& options,
                            const std::vector<SweepPlan>& plans, std::uint64_t seed, int threads,
                            FitStore& store);

/// The mean over the seeds.
MeanErrors mean_trained(const std::vector<ProcessFit>& fits);
MeanErrors mean_plug_in(const std::vector<ProcessFit>& fits);

}  // namespace lagoon::pipelines
