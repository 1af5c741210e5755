#pragma once

#include <vector>

#include "pipelines/bridge/chain/chain_study.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// Recall against the number of bridge samples, against the bypass, and embeddings of two outputs;
/// what was not asked for is left out.
std::vector<Figure> draw_chain_figures(const FigureFolder& folder, const ChainStudy& study);

}  // namespace lagoon::pipelines
