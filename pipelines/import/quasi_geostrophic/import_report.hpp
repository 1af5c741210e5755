#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipelines/import/quasi_geostrophic/imported_flow.hpp"
#include "pipelines/import/quasi_geostrophic/snapshot_fit.hpp"

namespace lagoon::pipelines {

/// What an import found: the table for people and the same for programs.
std::string import_text(const SnapshotFit& fit, const std::vector<Truncation>& truncations,
                        const ImportedFlow& imported);
nlohmann::json import_json(const SnapshotFit& fit, const std::vector<Truncation>& truncations,
                           const ImportedFlow& imported);

}  // namespace lagoon::pipelines
