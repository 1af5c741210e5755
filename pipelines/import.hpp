#pragma once

#include <string>
#include <vector>

#include "pipelines/import/drifters/drifter_options.hpp"
#include "pipelines/import/fields/field_options.hpp"
#include "pipelines/import/imported_dataset.hpp"
#include "pipelines/import/quasi_geostrophic/imported_flow.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// lagoon import FIELD OUT.h5, of all kinds of files.
struct ImportOptions {
  ImportPlaces places;
  std::string format = "auto";
  FlowImportOptions flow;
  FieldImportOptions fields = default_field_options();
  DrifterImportOptions drifters;
  std::vector<double> box;  ///< of fields and of drifters: x0, y0, x1, y1; empty: all
  double window_days = 0;   ///< that final_time stands for; 0: 7 of fields, the record of drifters
};

/// The verb's options, one row each.
void declare_import(OptionTable& table, ImportOptions& options);

/// Turns a real field, or real drifters, into a dataset whose law `generate --law-from` takes up;
/// prints, and gives to --json, how much of what is real the modes explain.
int run_import(const ImportOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
