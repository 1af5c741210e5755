#pragma once

#include <cstdint>

namespace lagoon::contrastive {

/// What making pairs in the background costs the steps.
struct SourceCost {
  std::int64_t steps = 0;   ///< that this was measured on; 0: nothing was
  double waiting = 0;       ///< time in which pairs were waited for, over that of the steps
  double slower_steps = 0;  ///< by how much steps last longer while pairs are made beside them
  double total() const { return (1 + waiting) * (1 + slower_steps) - 1; }
};

}  // namespace lagoon::contrastive
