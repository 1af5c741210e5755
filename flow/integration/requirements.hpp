#pragma once

#include <span>

#include "flow/integration/scheme.hpp"
#include "flow/law/law.hpp"

// What integrate_fixed and integrate_adaptive ask of what they are given; all throw Error.
namespace lagoon::flow {

/// The batch has as many amplitudes and keys as the law's flows need, all finite.
void require_valid(const Law& law, const FlowBatch& flows);

/// The scheme can follow the law's drifters.
void require_valid(const Law& law, const Scheme& scheme);

/// Positions x, y (n, drifter, time) are finite. The message names the flow.
void require_finite_positions(const Law& law, std::span<const double> x, std::span<const double> y);

}  // namespace lagoon::flow
