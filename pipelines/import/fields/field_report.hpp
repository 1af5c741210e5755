#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipelines/import/fields/explained_variance.hpp"
#include "pipelines/import/fields/fitted_law.hpp"

namespace lagoon::pipelines {

/// All that an import of a gridded field found.
struct FieldFindings {
  FieldSource source;
  std::string edges;  ///< as ProjectionOptions has them
  int n_box = 0;      ///< intervals a side
  std::vector<SnapshotProjection> snapshots;
  std::vector<ExplainedVariance> truncations;
  FittedFlows fitted;
};

/// What the file holds in the box, for --dry-run.
std::string source_text(const FieldSource& source);

/// The table for people and the same for programs.
std::string fields_text(const FieldFindings& findings);
nlohmann::json fields_json(const FieldFindings& findings);

}  // namespace lagoon::pipelines
