#pragma once

#include <span>

#include "flow/law/law.hpp"

namespace lagoon::flow {

/// What was observed of one flow's drifters: positions (drifter, time) at the law's observation
/// times, unwrapped; NaN where nobody looked. Errors are those of law.observation_noise_std.
struct Tracks {
  std::span<const double> x;
  std::span<const double> y;
};

/// Throws Error unless x and y are (drifter, time) of the law.
void require_shape(const Law& law, const Tracks& tracks);

/// Some position after its drifter's release was observed. (One at the release itself depends on
/// no flow: tracks that hold no other say nothing.)
bool is_observed_after_release(const Law& law, const Tracks& tracks);

}  // namespace lagoon::flow
