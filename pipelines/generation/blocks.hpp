#pragma once

#include <cstdint>
#include <functional>

#include "datasets/description.hpp"
#include "datasets/writer.hpp"

namespace lagoon::pipelines {

/// Bytes of memory that generate_flows takes: the block in work and the one being written.
double generation_memory(const datasets::Description& description);

/// Writes all flows that the writer still lacks. The next block is computed while one thread writes
/// the last. `on_block` is told how many flows of the file are complete or being written; when it
/// returns false the work stops there. Returns true if all flows are written (the file is not
/// finished yet).
bool generate_flows(const datasets::Description& description, datasets::Writer& writer, int threads,
                    const std::function<bool(std::int64_t)>& on_block);

}  // namespace lagoon::pipelines
