#pragma once

#include "pipelines/import/drifters/drifter_options.hpp"
#include "pipelines/import/imported_dataset.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// True for what `--format auto` takes for real drifters: a table (.csv, .tsv, .txt), or a NetCDF
/// file of trajectories. Looks into the file in this process: it was probed before.
bool looks_like_drifters(const std::filesystem::path& path);

/// `lagoon import --format drifters`: tracks of real drifters, cleaned, become a file of drifters
/// without dimensions; prints, and gives to --json, what became of every record.
int import_drifters(const ImportPlaces& places, const DrifterImportOptions& options,
                    const Invocation& invocation);

}  // namespace lagoon::pipelines
