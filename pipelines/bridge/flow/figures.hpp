#pragma once

#include "pipelines/bridge/flow/study.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// Recall against the flows of the bridge, beside what does without it.
Figure draw_recall_by_pool(const FigureFolder& folder, const FlowBridgeStudy& study);

/// What the drifters of one flow did, and the velocities that they retrieved.
Figure draw_bridge_example(const FigureFolder& folder, const FlowBridgeStudy& study);

}  // namespace lagoon::pipelines
