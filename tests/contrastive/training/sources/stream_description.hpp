#pragma once

#include "datasets/description.hpp"
#include "tests/contrastive/fixture.hpp"

namespace lagoon::contrastive::tests {

/// What a stream of fresh flows of small_law() is told to draw.
inline datasets::Description stream_description() {
  datasets::Description description;
  description.law = small_law();
  description.seed = 5;
  description.n_flows = 4096;
  description.scheme = "rk4";
  description.steps_per_interval = 2;
  return description;
}

}  // namespace lagoon::contrastive::tests
