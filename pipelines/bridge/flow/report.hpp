#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "pipelines/bridge/flow/study.hpp"
#include "pipelines/figures/figure.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// What --json gets.
nlohmann::json to_json(const FlowBridgeStudy& study);

/// The figures in lines.
std::string flow_bridge_text(const FlowBridgeStudy& study);

/// OUT/index.html with its pictures.
void write_flow_bridge_page(const FigureFolder& folder, const FlowBridgeStudy& study,
                            const Invocation& invocation);

}  // namespace lagoon::pipelines
