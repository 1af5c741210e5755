#pragma once

#include <cstdint>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// lagoon inspect RUN --diagnose: what a run's encoders make of held-out pairs.
struct RunDiagnosisOptions {
  bool on = false;
  std::filesystem::path data;  ///< dataset of the run's law; empty: fresh flows of that law
  std::int64_t pairs = 1024;
  std::filesystem::path page;  ///< folder for pictures and numbers; empty: none
};

#ifdef LAGOON_WITH_TORCH
/// Declares --diagnose and its options, which are of no effect without it.
void declare_run_diagnosis(OptionTable& table, RunDiagnosisOptions& options);

/// Embeds the pairs, fresh test flows of the run's law or the test split of the data (all, where it
/// has none), and diagnoses them; with a page, draws them too. Throws Error for what is
/// no run folder, a page's folder that holds anything, a run without checkpoint, and data of
/// another law.
nlohmann::json diagnose_run(const std::filesystem::path& run, const RunDiagnosisOptions& options,
                            int threads, const Invocation& invocation);
#else
inline void declare_run_diagnosis(OptionTable&, RunDiagnosisOptions&) {}
inline nlohmann::json diagnose_run(const std::filesystem::path&, const RunDiagnosisOptions&, int,
                                   const Invocation&) {
  return {};
}
#endif

}  // namespace lagoon::pipelines
