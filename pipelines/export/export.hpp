#pragma once

#include <filesystem>
#include <string>

#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// lagoon export DATA OUT: a dataset, or a part of it, for other programs.
struct ExportOptions {
  std::filesystem::path data, out;
  std::string format = "ending";
  std::string flows;    ///< empty: all, of images the first
  std::string times;    ///< of the observations; empty: all, of a single image none
  bool release = true;  ///< with the release points, of images time 0
  bool wrap = false;
  int fields = 64;  ///< points a side of images
  bool force = false;
};

/// The verb's options, one row each.
void declare_export(OptionTable& table, ExportOptions& options);

/// Writes the files; returns 0.
int run_export(const ExportOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
