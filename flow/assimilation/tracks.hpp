#pragma once

#include <span>

namespace lagoon::flow {

/// What was observed of one flow's drifters: positions (drifter, time) at the law's observation
/// times, unwrapped; NaN where nobody looked. Errors are those of law.observation_noise_std.
struct Tracks {
  std::span<const double> x;
  std::span<const double> y;
};

}  // namespace lagoon::flow
