#pragma once

#include "pipelines/gaussian/options.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// Writes OUT/index.html, the pictures and summary.json (what --json gets); of a process also
/// fits.jsonl, one line a fit, from which --resume goes on.
int run_gaussian(const GaussianOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
