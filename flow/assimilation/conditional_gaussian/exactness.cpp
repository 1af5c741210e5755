#include "flow/assimilation/conditional_gaussian/exactness.hpp"

#include <algorithm>

#include "flow/error.hpp"
#include "flow/integration/time_line.hpp"

namespace lagoon::flow {
namespace {

std::string why_no_brownian_increments(const Law& law) {
  if (law.diffusivity <= 0) {
    return "drifters have no diffusivity: positions depend on the flow as no regression does";
  }
  if (law.observation_noise_std > 0) {
    return "positions are observed with errors, on which the velocity depends nonlinearly";
  }
  return "";
}

}  // namespace

bool has_release_between_times(const Law& law) {
  return std::ranges::any_of(intervals_of(law),
                             [](const Interval& interval) { return !interval.ends_observed; });
}

std::string why_not_filtered(const Law& law) {
  if (std::string reason = why_no_brownian_increments(law); !reason.empty()) return reason;
  if (has_release_between_times(law)) {
    return "drifters are released between observation times, where steps are cut";
  }
  if (law.missing_fraction > 0) {
    return "observations are lost: displacements across a gap depend nonlinearly on the flow";
  }
  return "";
}

std::string why_not_exact(const Law& law) {
  std::string reason = why_not_filtered(law);
  if (reason.empty() && law.has_varying_amplitudes()) {
    return "amplitudes vary in time: the conditional-Gaussian filter is exact there";
  }
  return reason;
}

void require_brownian_increments(const Law& law, const std::string& method) {
  if (const std::string reason = why_no_brownian_increments(law); !reason.empty()) {
    throw Error(method + ": " + reason +
                " (give a diffusivity above 0 and an observation noise of 0)");
  }
}

}  // namespace lagoon::flow
