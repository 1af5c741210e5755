#pragma once

#include <filesystem>

#include "pipelines/diagnosis/run_diagnosis_options.hpp"
#include "pipelines/inspection/plots.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// lagoon inspect FILE|RUN: what it holds; with `verify`, whether it is sound; with `plots`,
/// how it looks.
struct InspectOptions {
  std::filesystem::path path;
  bool verify = false;
  int verify_samples = 64;  ///< flows that --verify integrates again
  PlotOptions plots;
  RunDiagnosisOptions diagnosis;
  int threads = 0;
};

/// The verb's options, one row each.
void declare_inspect(OptionTable& table, InspectOptions& options);

/// Whether encoders are diagnosed, which needs LibTorch.
bool diagnoses(const InspectOptions& options);

/// Prints and draws what the file or folder holds; returns 0.
int run_inspect(const InspectOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
