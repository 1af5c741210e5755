#pragma once

#include <functional>
#include <string>
#include <vector>

#include "pipelines/assimilation/scores/method_result.hpp"

namespace lagoon::pipelines {

/// What methods are ranked by.
using Score = std::function<flow::Estimate(const MethodResult&)>;

/// The methods that have the score, the least first.
std::vector<const MethodResult*> ranked_by(const Score& score,
                                           const std::vector<MethodResult>& results);

/// What the scores of two or more methods say, in a few sentences: which has the smallest CRPS,
/// whether the queries settle it, and who is overconfident, the whole interval of the
/// coverage of its 90% intervals lying below. "" of fewer.
std::string finding_of(const std::vector<MethodResult>& results);

}  // namespace lagoon::pipelines
