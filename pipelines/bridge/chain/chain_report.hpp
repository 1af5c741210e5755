#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "pipelines/bridge/chain/chain_study.hpp"
#include "pipelines/figures/figure.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// For programs: recall_at_1.MODEL.CRITIC.{direct, mc_M}, reference.{bayes, exact_M, information},
/// bypass[rho].{bayes, exact_M, mc, direct} (means over the critics cosine and l2, with each
/// critic's own beside them), all means over seeds; intervals has the same keys, each with low,
/// high, standard_error and per_seed.
nlohmann::json to_json(const ChainStudy& study);

/// The tables, in lines.
std::string chain_text(const ChainStudy& study);

/// Draws all figures and writes index.html into the folder.
void write_chain_page(const FigureFolder& folder, const ChainStudy& study,
                      const Invocation& invocation);

}  // namespace lagoon::pipelines
