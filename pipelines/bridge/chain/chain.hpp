#pragma once

#include <functional>

#include "pipelines/bridge/bridge_run.hpp"
#include "pipelines/bridge/chain/chain_options.hpp"

namespace lagoon::pipelines {

/// `chosen`: true if the options matter.
void declare_chain(OptionTable& table, ChainOptions& options, const std::function<bool()>& chosen);

/// Writes OUT/index.html, pictures, summary.json and fits.jsonl, one line a finished piece, from
/// which --resume goes on.
int run_chain(const ChainOptions& options, const BridgeRun& run, const Invocation& invocation);

}  // namespace lagoon::pipelines
