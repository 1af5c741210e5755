#pragma once

#include <cstdint>

#include "pipelines/pairs/pair_budget.hpp"
#include "pipelines/pairs/whitening.hpp"

namespace lagoon::pipelines {

/// What encoders learn the posterior of a case from: flows of its prior and what would have been
/// seen in them, the latter summed up in a few numbers.
struct SimulatedCase {
  FeatureRows controls;  ///< (flow, n) to train on
  FeatureRows seen;      ///< (flow, number) of those
  FeatureRows observed;  ///< (1, number) what was seen indeed
};

/// Of encoders that learn each case anew.
struct LearnedRequest {
  bool learned = false;
  std::int64_t flows = 16384;  ///< drawn of the prior to train on
  PairBudget encoders;
};

}  // namespace lagoon::pipelines
