#pragma once

#include <cstdint>
#include <functional>

#include "datasets/description.hpp"
#include "datasets/sample_block.hpp"
#include "datasets/writer.hpp"
#include "flow/integration/scheme.hpp"

namespace lagoon::pipelines {

/// How the drifters of a dataset were followed.
flow::Scheme scheme_of(const datasets::Description& description);

/// Follows the drifters of flows [first, first + ...) of the dataset, whose psi_hat and amplitudes
/// the block holds: fills x and y without noise and gaps. `scheme` is scheme_of(description) but in
/// studies of accuracy.
void integrate_block(const datasets::Description& description, const flow::Scheme& scheme,
                     std::int64_t first, int threads, datasets::SampleBlock& block);

/// Adds what observing does to positions, noise and gaps, and observes the flows themselves at
/// stations and on the grid.
void observe_block(const datasets::Description& description, std::int64_t first, int threads,
                   datasets::SampleBlock& block);

/// Draws flows [first, first + count) of the dataset, follows their drifters and observes both. A
/// function of the description alone, whatever the threads, the shard and the blocks. What the
/// block held is replaced; its memory is used again.
void generate_block(const datasets::Description& description, std::int64_t first,
                    std::int64_t count, int threads, datasets::SampleBlock& block);

/// Bytes of memory that generate_flows takes: the block in work and the one being written.
double generation_memory(const datasets::Description& description);

/// Writes all flows that the writer still lacks. The next block is computed while one thread writes
/// the last. `on_block` is told how many flows of the file are complete or being written; when it
/// returns false the work stops there. Returns true if all flows are written (the file is not
/// finished yet).
bool generate_flows(const datasets::Description& description, datasets::Writer& writer, int threads,
                    const std::function<bool(std::int64_t)>& on_block);

}  // namespace lagoon::pipelines
