#pragma once

#include "pipelines/support/configuration.hpp"
#include "pipelines/training/options.hpp"

namespace lagoon::pipelines {

/// Returns 0, or 75 if a signal stopped it with a checkpoint written.
int run_train(const TrainOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
