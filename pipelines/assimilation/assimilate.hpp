#pragma once

#include "pipelines/assimilation/options.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// Writes summary.json, index.html and the pictures. Returns 0, or 75 if a signal stopped it with
/// its finished methods in OUT/checkpoint. Throws UsageError for inputs that do not go together,
/// Error for a run or a library of another law than the queries, naming the field.
int run_assimilate(const AssimilateOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
