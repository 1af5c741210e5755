#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipelines/bridge/maze/maze_study.hpp"
#include "pipelines/figures/figure.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// The study for programs: success.MAZE.direct and success.MAZE.monte_carlo, each with _interval
/// (95%), success.MAZE.gain with its interval, success.MAZE.per_seed; spl and spl_of_curve
/// likewise; losses.MAZE, a list over seeds.
nlohmann::json to_json(const std::vector<MazeResult>& results);

/// A table of the results, in lines.
std::string maze_text(const std::vector<MazeResult>& results);

/// Draws all figures and writes index.html into the folder.
void write_maze_page(const FigureFolder& folder, const MazeOptions& options,
                     const std::vector<MazeResult>& results, const Invocation& invocation);

}  // namespace lagoon::pipelines
