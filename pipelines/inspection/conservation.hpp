#pragma once

#include <cstdint>

#include "datasets/reader.hpp"

namespace lagoon::pipelines {

/// Whether psi is conserved along the drifters of a dataset: steady flows without mean velocity,
/// drifters without diffusion that RK4 followed, positions without noise.
bool conserves_psi(const datasets::Description& description);

/// How much psi changes along drifters.
struct Conservation {
  double largest_change = 0;  ///< max |psi(x(t)) - psi(x(0))|
  double rms_psi = 0;         ///< of the values compared, for scale
};

/// Measures it on `n_samples` flows, evenly spread over the file; missing positions are passed
/// over. Throws Error naming the flow in which psi changes by more than errors of
/// `position_error` in both components of a position can make it.
Conservation verify_conservation(const datasets::Reader& reader, std::int64_t n_samples,
                                 double position_error);

}  // namespace lagoon::pipelines
