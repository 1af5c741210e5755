#pragma once

#include <string>
#include <vector>

#include "pipelines/gaussian/process/process_fits.hpp"

namespace lagoon::pipelines {

/// The value of a setting that a plan sweeps, and what an axis calls it.
std::int64_t swept_value(const SweepPlan& plan, const FitSetting& setting);
std::string swept_label(const SweepPlan& plan);

/// "embedding dimension 2", "batches of 128", "2000 pairs".
std::string swept_text(const SweepPlan& plan, const FitSetting& setting);

/// File name, heading and caption of a sweep's figure.
std::string figure_name(const SweepPlan& plan);
std::string figure_title(const SweepPlan& plan);
std::string finding(const ProcessTheory& theory, const SweepPlan& plan, const FitsBySetting& fits,
                    const ProcessOptions& options);

/// How the encoders were trained, one sentence.
std::string training_text(const ProcessOptions& options);

/// Where the printed figures cannot be right, a paragraph each.
std::vector<std::string> corrections_of_print(const ProcessTheory& theory);

}  // namespace lagoon::pipelines
