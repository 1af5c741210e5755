#pragma once

#include <cstdint>
#include <filesystem>

#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon inspect RUN --diagnose: what a run's encoders make of held-out pairs.
struct RunDiagnosisOptions {
  bool on = false;
  std::filesystem::path data;  ///< dataset of the run's law; empty: fresh flows of that law
  std::int64_t pairs = 1024;
  std::filesystem::path page;  ///< folder for pictures and numbers; empty: none
};

/// Declares --diagnose and its options, which are of no effect without it.
void declare_run_diagnosis(OptionTable& table, RunDiagnosisOptions& options);

}  // namespace lagoon::pipelines
