#pragma once

#include <filesystem>
#include <string>

#include "pipelines/import/quasi_geostrophic/imported_flow.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

struct ImportOptions {
  std::filesystem::path field, out;
  std::string format = "auto";  ///< auto | quasi-geostrophic
  FlowImportOptions flow;
  bool force = false;
};

void declare_import(OptionTable& table, ImportOptions& options);

/// Turns a real field and its drifters into a dataset of one test flow whose law `generate
/// --law-from` takes up; prints, and gives to --json, how much of the drifters' velocity the flow
/// explains.
int run_import(const ImportOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
