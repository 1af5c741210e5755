#pragma once

#include <cstdint>
#include <string>

#include "flow/eulerian_observations.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// What is observed of the flows themselves, as typed.
struct EulerianRequest {
  std::string stations = "0";           ///< how many, or "x,y;x,y;..."
  std::string station_layout = "grid";  ///< grid | uniform
  double station_noise_percent = 0;     ///< of a velocity component, of the law's rms speed
  std::string fields = "none";          ///< none | psi | vorticity | psi,vorticity
  int grid = 32;
};

/// Its options, one row each.
void declare_eulerian(OptionTable& table, EulerianRequest& request);

/// The observations that are asked for; uniform stations are drawn by `law_seed`. Throws UsageError
/// for stations that cannot be read, and Error if the grid is too coarse for the law's modes.
flow::EulerianObservations resolve_eulerian(const EulerianRequest& request, const flow::Law& law,
                                            std::uint64_t law_seed);

}  // namespace lagoon::pipelines
