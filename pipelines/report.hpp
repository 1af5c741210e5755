#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// lagoon report DIR... --out DIR: one page from run folders and retrieval folders.
struct ReportOptions {
  std::vector<std::string> folders;  ///< told apart by the verb in their summary.json
  std::filesystem::path out;
  std::string title = "What the drifters tell of their flow";
  bool force = false;
};

/// The verb's options, one row each.
void declare_report(OptionTable& table, ReportOptions& options);

/// Writes OUT/index.html and summary.json; returns 0.
int run_report(const ReportOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
