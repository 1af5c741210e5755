#include "flow/assimilation/tracks.hpp"

#include <cmath>
#include <string>

#include "flow/error.hpp"
#include "flow/integration/time_line.hpp"

namespace lagoon::flow {

void require_shape(const Law& law, const Tracks& tracks) {
  const std::size_t size = law.n_positions();
  if (tracks.x.size() == size && tracks.y.size() == size) return;
  throw Error("tracks hold " + std::to_string(tracks.x.size()) + " and " +
              std::to_string(tracks.y.size()) + " positions; the law's drifters times its " +
              "observation times are " + std::to_string(size) + ": give x and y (drifter, time)");
}

bool is_observed_after_release(const Law& law, const Tracks& tracks) {
  for (std::size_t i = 0; i < tracks.x.size(); ++i) {
    if (std::isnan(tracks.x[i]) || std::isnan(tracks.y[i])) continue;
    if (is_released_before(law, i / law.n_times(), law.times[i % law.n_times()])) return true;
  }
  return false;
}

}  // namespace lagoon::flow
