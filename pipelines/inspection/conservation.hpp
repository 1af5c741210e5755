#pragma once

#include <cstdint>

#include "datasets/reader.hpp"

namespace lagoon::pipelines {

/// Whether psi is conserved along the drifters that a law's files hold: steady flows without mean
/// velocity, drifters without diffusion, positions without noise.
bool conserves_psi(const flow::Law& law);

/// How much psi changes along drifters.
struct Conservation {
  double largest_change = 0;  ///< max |psi(x(t)) - psi(x(0))|
  double rms_psi = 0;         ///< of the values compared, for scale
};

/// Measures it on `n_samples` flows, evenly spread over the file; missing positions are passed
/// over. Throws Error naming the flow in which psi changes by more than the file's tolerance and
/// the rounding of its positions can make it.
Conservation verify_conservation(const datasets::Reader& reader, std::int64_t n_samples);

}  // namespace lagoon::pipelines
