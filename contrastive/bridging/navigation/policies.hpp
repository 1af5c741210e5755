#pragma once

#include <cstdint>
#include <vector>

#include "contrastive/bridging/navigation/maze_encoders.hpp"
#include "datasets/mazes/episodes.hpp"

namespace lagoon::contrastive {

/// Both policies take the direction a of the highest estimate of log p(label | s, a) / p(label),
/// though no pair of an action and a label was ever seen ([CE] 6.3). The encoders must outlive
/// them.

/// f(phi_A(s, a), phi_C(label)).
datasets::MazePolicy direct_policy(const MazeEncoders& encoders, int n_directions = 8);

/// log 1/M sum_m exp(f(phi_A(s, a), phi_B(s_m)) + f(phi_B(s_m), phi_C(label))) over the bridge
/// states s_m. Throws Error if there are none.
datasets::MazePolicy monte_carlo_policy(const MazeEncoders& encoders,
                                        const std::vector<datasets::MazePoint>& bridge_states,
                                        int n_directions = 8);

/// n states, uniform over the free area: state i is a function of (maze, seed, i).
std::vector<datasets::MazePoint> uniform_states(const datasets::Maze& maze, std::uint64_t seed,
                                                std::int64_t n);

}  // namespace lagoon::contrastive
