#pragma once

#include <cstdint>

#include "flow/assimilation/population.hpp"
#include "pipelines/assimilation/observed/learned/simulated_case.hpp"

// Compiled with LibTorch only.
namespace lagoon::pipelines {

/// log p(flow | observed) / p(flow), up to a constant, as a function of control vectors, by a pair
/// of encoders trained on the simulations with the contrastive loss (neural ratio estimation:
/// Hermans, Begy and Louppe 2020; Durkan, Murray and Papamakarios 2020). The critic is -1/2
/// |difference|^2, which normal laws have. A function of all given, on the caller's thread.
flow::LogLikelihoodOf learn_log_ratio(const SimulatedCase& simulated, const PairBudget& budget,
                                      std::uint64_t seed);

}  // namespace lagoon::pipelines
