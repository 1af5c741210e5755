#pragma once

#include "pipelines/mnist/options.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// Trains the encoders, scores them and writes OUT/index.html with its pictures, summary.json,
/// metrics.jsonl and checkpoint/. Returns 0, or 75 if a signal stopped it; encoders that
/// were trained by then are saved. Throws Error for files that are not the digits', and as a run
/// folder does.
int run_mnist(const MnistOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
