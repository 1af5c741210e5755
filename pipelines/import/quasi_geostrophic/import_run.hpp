#pragma once

#include "pipelines/import/imported_dataset.hpp"
#include "pipelines/import/quasi_geostrophic/imported_flow.hpp"

namespace lagoon::pipelines {

/// `lagoon import --format quasi-geostrophic`: a snapshot of potential vorticity and its drifters
/// become a dataset of one flow; prints, and gives to --json, how much of the drifters' velocity
/// the flow explains.
int import_quasi_geostrophic(const ImportPlaces& places, const FlowImportOptions& options,
                             const Invocation& invocation);

}  // namespace lagoon::pipelines
