#pragma once

#include <filesystem>

#include <nlohmann/json.hpp>

#include "pipelines/diagnosis/run_diagnosis_options.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// Embeds the pairs, fresh test flows of the run's law or the test split of the data (all, where it
/// has none), and diagnoses them; with a page, draws them too. Throws Error for what is
/// no run folder, a page's folder that holds anything, a run without checkpoint, and data of
/// another law.
nlohmann::json diagnose_run(const std::filesystem::path& run, const RunDiagnosisOptions& options,
                            int threads, const Invocation& invocation);

}  // namespace lagoon::pipelines
