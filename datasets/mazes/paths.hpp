#pragma once

#include <span>
#include <vector>

#include "datasets/mazes/maze.hpp"

namespace lagoon::datasets {

/// A shortest path over free neighbouring cells (rows first where several are), from `start` to the
/// nearest of `goals`, both included; empty if there is none.
std::vector<MazeCell> shortest_path(const Maze& maze, const MazeCell& start,
                                    std::span<const MazeCell> goals);

/// The length of the shortest curve through the free area from a free point to the nearest of the
/// goals' cells: straight lines between corners of walls. Infinite if there is none.
double shortest_length(const Maze& maze, const MazePoint& start, std::span<const MazeCell> goals);

}  // namespace lagoon::datasets
