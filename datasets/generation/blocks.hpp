#pragma once

#include <cstdint>

#include "datasets/description.hpp"
#include "datasets/sample_block.hpp"
#include "flow/integration/scheme.hpp"

namespace lagoon::datasets {

/// How the drifters of a dataset were followed. Throws Error for one that was imported.
flow::Scheme scheme_of(const Description& description);

/// Follows the drifters of flows [first, first + ...) of the dataset, whose psi_hat and amplitudes
/// the block holds: fills x and y without noise and gaps. `scheme` is scheme_of(description) but in
/// studies of accuracy.
void integrate_block(const Description& description, const flow::Scheme& scheme, std::int64_t first,
                     int threads, SampleBlock& block);

/// Adds what observing does to positions, noise and gaps, and observes the flows themselves at
/// stations and on the grid.
void observe_block(const Description& description, std::int64_t first, int threads,
                   SampleBlock& block);

/// Draws flows [first, first + count) of the dataset, follows their drifters and observes both. A
/// function of the description alone, whatever the threads, the shard and the blocks. What the
/// block held is replaced; its memory is used again.
void generate_block(const Description& description, std::int64_t first, std::int64_t count,
                    int threads, SampleBlock& block);

}  // namespace lagoon::datasets
