#pragma once

#include <cstdint>
#include <functional>

#include <nlohmann/json.hpp>

#include "pipelines/bridge/chain/chain_plan.hpp"

namespace lagoon::pipelines {

/// One piece, a function of its arguments, on the caller's thread: {"bayes", "exact": {M: recall},
/// "shortfall": {M: nats}, "information": {"ab", "bc", "ac"}} of a reference; {"direct", "mc": {M:
/// recall}, "scales", "decision"} of a fit ("direct" alone of the oracle); beside them "a", "b",
/// "c", some held-out embeddings of two outputs, of a plane. What before_step throws ends the
/// training.
nlohmann::json make_chain_piece(const ChainTask& task, const ChainOptions& options,
                                const ChainPlan& plan, const std::function<void()>& before_step);

}  // namespace lagoon::pipelines
