#pragma once

#include <cstddef>

#include <Eigen/Core>

#include "flow/assimilation/tracks.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow {

/// One drifter's nodes, its release and the observations after it, and the increments between
/// neighbouring nodes, freed of the law's mean velocity. Increment i goes from node i to node i + 1
/// and counts where both are seen.
struct DrifterPath {
  std::size_t first = 0;          ///< node i > 0 is observation time first + i - 1
  Eigen::ArrayXd x, y;            ///< (node) positions; 0 where unseen
  Eigen::ArrayXd root_duration;   ///< (increment) square root of its time; 0: does not count
  Eigen::ArrayXd step_x, step_y;  ///< (increment) its displacement over root_duration; or 0

  Eigen::Index n_increments() const { return root_duration.size(); }
};

/// The path of a drifter in one flow's tracks. Throws Error unless tracks are (drifter, time) of
/// the law.
DrifterPath path_of(const Law& law, const Tracks& tracks, std::size_t drifter);

}  // namespace lagoon::flow
