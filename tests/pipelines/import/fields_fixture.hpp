#pragma once

#include "pipelines/import/fields/field_source.hpp"
#include "pipelines/import/fields/fitted_law.hpp"
#include "pipelines/import/fields/snapshot_projection.hpp"
#include "tests/pipelines/import/made_field.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {

/// A field of known answer, from its file to the law.
class FieldsTest : public ProgramTest {
 protected:
  struct Imported {
    FieldSource source;
    std::vector<SnapshotProjection> snapshots;
    FittedFlows fitted;
  };

  Imported import(const std::string& format, const FieldImportOptions& options) const {
    const bool periodic = options.projection.edges == "none";
    Imported result{read_field_source(path("field.nc"), format, options.source, periodic), {}, {}};
    const int n = box_points(result.source, options.projection, options.law.max_wavenumber);
    for (std::size_t s = 0; s < result.source.field.size(); ++s) {
      result.snapshots.push_back(project_snapshot(result.source, s, options, n));
    }
    result.fitted = fit_flows(result.source, result.snapshots, options);
    return result;
  }

  static FieldImportOptions options_for(const std::string& variable) {
    FieldImportOptions options = default_field_options();
    options.source.variable = variable;
    return options;
  }
};

}  // namespace lagoon::pipelines::tests
