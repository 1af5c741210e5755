#include "flow/assimilation/conditional_gaussian/drifter_path.hpp"

#include <cmath>

#include "flow/integration/time_line.hpp"

namespace lagoon::flow {
namespace {

using Eigen::Index;

/// The first observation time after the release, of which the release point is no echo.
std::size_t first_after_release(const Law& law, std::size_t drifter) {
  std::size_t j = 0;
  while (j < law.n_times() && !is_released_before(law, drifter, law.times[j])) ++j;
  return j;
}

/// Of the increment to node i + 1, at time `end`.
void set_increment(DrifterPath& path, const Law& law, Index i, double begin, double end) {
  path.root_duration[i] = std::sqrt(end - begin);
  const auto step = [&](const Eigen::ArrayXd& at, double mean_velocity) {
    return (at[i + 1] - at[i] - mean_velocity * (end - begin)) / path.root_duration[i];
  };
  path.step_x[i] = step(path.x, law.mean_velocity[0]);
  path.step_y[i] = step(path.y, law.mean_velocity[1]);
}

DrifterPath empty_path(std::size_t first, Index n_increments) {
  DrifterPath path;
  path.first = first;
  path.x = path.y = Eigen::ArrayXd::Zero(n_increments + 1);
  path.root_duration = path.step_x = path.step_y = Eigen::ArrayXd::Zero(n_increments);
  return path;
}

}  // namespace

DrifterPath path_of(const Law& law, const Tracks& tracks, std::size_t drifter) {
  require_shape(law, tracks);
  const std::size_t first = first_after_release(law, drifter);
  DrifterPath path = empty_path(first, static_cast<Index>(law.n_times() - first));
  path.x[0] = law.release_x[drifter];
  path.y[0] = law.release_y[drifter];
  double begin = law.release_time[drifter];
  bool begins_seen = true;
  for (Index i = 0; i < path.n_increments(); ++i) {
    const std::size_t j = first + static_cast<std::size_t>(i);
    const double x = tracks.x[drifter * law.n_times() + j];
    const double y = tracks.y[drifter * law.n_times() + j];
    const bool ends_seen = std::isfinite(x) && std::isfinite(y);
    if (ends_seen) path.x[i + 1] = x, path.y[i + 1] = y;
    if (begins_seen && ends_seen) set_increment(path, law, i, begin, law.times[j]);
    begins_seen = ends_seen;
    begin = law.times[j];
  }
  return path;
}

}  // namespace lagoon::flow
