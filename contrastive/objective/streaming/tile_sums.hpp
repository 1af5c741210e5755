#pragma once

#include <memory>

#include "contrastive/objective/streaming/pair_sums.hpp"

namespace lagoon::contrastive::streaming {

/// The sums by LibTorch's operations on tiles, of factors of float32 or float64 on any device.
std::unique_ptr<PairSums> tile_sums(const Factors& factors, const Targets& targets);

}  // namespace lagoon::contrastive::streaming
