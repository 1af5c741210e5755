#pragma once

#include <complex>
#include <cstdint>
#include <functional>
#include <vector>

#include "datasets/description.hpp"
#include "datasets/writer.hpp"

namespace lagoon::pipelines {

/// Consecutive flows of a dataset with their observed trajectories.
struct Block {
  std::vector<std::complex<double>> psi_hat;  ///< (flow, mode)
  std::vector<double> x, y;                   ///< (flow, drifter, time)
};

/// Draws flows [first, first + count) of the dataset, integrates its drifters and adds its noise.
/// A function of the description alone, whatever the threads and the blocks.
Block generate_block(const datasets::Description& description, std::int64_t first,
                     std::int64_t count, int threads);

/// Bytes of memory that generate_flows takes: the block in work and the one being written.
double generation_memory(const datasets::Description& description);

/// Writes all flows that the writer still lacks. The next block is computed while one thread writes
/// the last. `on_block` is told how many flows are complete or being written; when it returns false
/// the work stops there. Returns true if all flows are written (the file is not finished yet).
bool generate_flows(const datasets::Description& description, datasets::Writer& writer, int threads,
                    const std::function<bool(std::int64_t)>& on_block);

}  // namespace lagoon::pipelines
