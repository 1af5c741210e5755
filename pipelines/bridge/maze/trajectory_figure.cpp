#include "pipelines/bridge/maze/trajectory_figure.hpp"

#include <algorithm>

#include "datasets/mazes/maze.hpp"
#include "pipelines/figures/gnuplot.hpp"
#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {
namespace {

constexpr std::size_t kColumns = 3, kMostPanels = 6;
const std::string kWallStyle = "boxxyerror fs solid 1 noborder lc rgb '#55606A'";
const std::string kGoalStyle = "boxxyerror fs solid 1 noborder lc rgb '#CFE8CF'";
const std::string kStartStyle = "points pt 7 ps 1.1 lc rgb 'black'";

struct PolicyStyle {
  MazePolicyKind kind;
  const char* title;
  std::string line, end;
  const char *shift, *colour;  ///< of its bars
};
const PolicyStyle kStyles[] = {
    {MazePolicyKind::direct, "direct", "lines lc rgb '#D55E00' lw 1.3 dt (6,2)",
     "points pt 9 ps 1.1 lc rgb '#D55E00'", "-0.17", "#D55E00"},
    {MazePolicyKind::monte_carlo, "log-sum-exp", "lines lc rgb '#0072B2' lw 2 dt solid",
     "points pt 9 ps 1.1 lc rgb '#0072B2'", "0.17", "#0072B2"}};

std::size_t n_panels(const MazeTrial& trial) {
  return std::min(kMostPanels, trial.tasks.size());
}

Table cell_table(const datasets::Maze& maze, const MazeTrial& trial) {
  Table table({"panel", "kind", "row", "column"});
  for (std::size_t panel = 0; panel < n_panels(trial); ++panel) {
    for (int row = 0; row < maze.rows(); ++row) {
      for (int column = 0; column < maze.columns(); ++column) {
        const datasets::MazeCell cell{row, column};
        const bool free = maze.is_free(cell);
        if (free && !maze.has_label(cell, trial.tasks[panel].label)) continue;
        table.add({panel, free ? "goal" : "wall", row, column});
      }
    }
  }
  return table;
}

Table way_table(const MazeTrial& trial) {
  Table table({"panel", "policy", "mark", "row", "column"});
  for (std::size_t panel = 0; panel < n_panels(trial); ++panel) {
    for (const auto& style : kStyles) {
      const auto& path = trial.of(style.kind)[panel].path;
      for (std::size_t i = 0; i < path.size(); ++i) {
        const char* mark = i == 0 ? "start" : i + 1 == path.size() ? "end" : "way";
        table.add({panel, to_string(style.kind), mark, path[i].row, path[i].column});
      }
      table.end_block();
    }
  }
  return table;
}

std::string steps_text(const datasets::Episode& episode) {
  return episode.success ? std::to_string(episode.steps) + " steps" : "never";
}

std::string panel_title(const datasets::Maze& maze, const MazeTrial& trial, std::size_t panel) {
  return "to " + maze.label_text(trial.tasks[panel].label) + "\ndirect " +
         steps_text(trial.of(MazePolicyKind::direct)[panel]) + ", log-sum-exp " +
         steps_text(trial.of(MazePolicyKind::monte_carlo)[panel]);
}

/// Rows of a file of the figure that meet a condition, x and y of them.
std::string rows_of(const std::string& file, std::size_t panel, const std::string& condition,
                    const std::string& x, const std::string& y) {
  return "'" + file + ".csv' using (column('panel') == " + std::to_string(panel) + " && " +
         condition + " ? " + x + " : NaN):(" + y + ")";
}

std::string draw_panel(const PanelGrid& grid, const std::string& name, const datasets::Maze& maze,
                       const MazeTrial& trial, std::size_t panel) {
  const auto column = static_cast<int>(panel % kColumns), row = static_cast<int>(panel / kColumns);
  std::string text = grid.frame(column, row, panel_title(maze, trial, panel), "") +
                     "set xrange [0:" + std::to_string(maze.columns()) + "]\nset yrange [" +
                     std::to_string(maze.rows()) + ":0]\nplot ";
  const auto cells = [&](const char* kind, const std::string& style) {
    return rows_of(name + "_cells", panel, std::string("strcol('kind') eq '") + kind + "'",
                   "column('column') + 0.5", "column('row') + 0.5") +
           ":(0.51):(0.51) with " + style + " notitle, ";
  };
  text += cells("goal", kGoalStyle) + cells("wall", kWallStyle);
  const auto way = [&](const std::string& condition, const std::string& style) {
    return rows_of(name + "_ways", panel, condition, "column('column')", "column('row')") +
           " with " + style + " notitle";
  };
  for (const auto& style : kStyles) {
    const std::string of_policy = "strcol('policy') eq '" + to_string(style.kind) + "'";
    text += way(of_policy, style.line) + ", " +
            way(of_policy + " && strcol('mark') eq 'end'", style.end) + ", ";
  }
  return text + way("strcol('mark') eq 'start'", kStartStyle) + "\n";
}

std::string ways_caption(const MazeResult& result) {
  return "The first tasks of seed " + std::to_string(result.trials.front().seed) +
         ", as they were drawn. Both policies have the same encoders, starts, labels and noise of "
         "their steps; \"never\" is not within 100 steps.";
}

Table success_table(const std::vector<MazeResult>& results) {
  Table table({"place", "maze", "policy", "success", "low", "high"});
  for (std::size_t i = 0; i < results.size(); ++i) {
    for (const MazePolicyKind kind : kMazePolicies) {
      const MazeScore found = score(results[i].trials, kind, MazeMeasure::success);
      table.add({i, results[i].maze, to_string(kind), found.value, found.low, found.high});
    }
  }
  return table;
}

Table seed_table(const std::vector<MazeResult>& results) {
  Table table({"place", "maze", "policy", "seed", "success"});
  for (std::size_t i = 0; i < results.size(); ++i) {
    for (const auto& trial : results[i].trials) {
      for (const MazePolicyKind kind : kMazePolicies) {
        table.add({i, results[i].maze, to_string(kind), trial.seed,
                   mean_of(trial, kind, MazeMeasure::success)});
      }
    }
  }
  return table;
}

/// Filled in a lighter shade of its colour.
std::string box(const std::string& colour) {
  return "fillcolor rgb '" + colour + "' fs transparent solid 0.35 border lc rgb '" + colour + "'";
}

std::string success_commands(const PanelGrid& grid, const std::vector<MazeResult>& results) {
  std::string tics;
  for (std::size_t i = 0; i < results.size(); ++i) {
    tics += (i ? ", " : "") + gnuplot_string(results[i].maze) + " " + std::to_string(i);
  }
  std::string text =
      grid.frame(0, 0, "Episodes that reach their label", "") + "set xtics (" + tics +
      ") scale 0\nset xrange [-0.6:" + number_text(static_cast<double>(results.size()) - 0.4) +
      "]\nset yrange [0:1]\nset ylabel 'success'\nset boxwidth 0.3\nplot ";
  for (const auto& style : kStyles) {
    const std::string colour = style.colour;
    const auto rows = [&](const char* file) {
      return std::string("'") + file + ".csv' using (strcol('policy') eq '" +
             to_string(style.kind) + "' ? column('place') + " + style.shift + " : NaN):'success'";
    };
    text += rows("success") + " with boxes " + box(colour) + " notitle, " + rows("success") +
            ":'low':'high' with yerrorbars pt 0 lw 1.6 lc rgb '" + colour + "' notitle, " +
            rows("success_seeds") + " with points pt 6 ps 0.8 lc rgb '" + colour + "' notitle, ";
  }
  return text + "NaN notitle\n";
}

}  // namespace

Figure draw_trajectories(const FigureFolder& folder, const MazeResult& result) {
  const datasets::Maze maze = datasets::maze_named(result.maze);
  const MazeTrial& trial = result.trials.front();
  const std::size_t n = n_panels(trial);
  const PanelGrid grid{.columns = static_cast<int>(std::min(n, kColumns)),
                       .rows = static_cast<int>((n + kColumns - 1) / kColumns),
                       .panel_width = 290,
                       .panel_height = 290,
                       .left = 16,
                       .right = 16,
                       .top = 44,
                       .bottom = 8,
                       .gap = 24,
                       .footer = 40};
  const std::string name = "ways_" + result.maze;
  std::string commands =
      "set multiplot\nunset key\nunset grid\nunset tics\nset border 15\nset title font ',9'\n";
  for (std::size_t panel = 0; panel < n; ++panel) {
    commands += draw_panel(grid, name, maze, trial, panel);
  }
  std::vector<PanelGrid::KeyEntry> key = {
      {kStartStyle, "start"},
      {"points pt 5 ps 2 lc rgb '#CFE8CF'", "cells of the label"},
      {"points pt 5 ps 2 lc rgb '#55606A'", "walls"}};
  for (const auto& style : kStyles) key.push_back({style.line, style.title});
  commands += grid.key(key, static_cast<int>(std::min<std::size_t>(n + 2, key.size())));
  return folder.draw({name, "Ways through the maze: " + result.maze, ways_caption(result),
                      grid.width(), grid.height()},
                     {{"_cells", cell_table(maze, trial)}, {"_ways", way_table(trial)}}, commands);
}

Figure draw_success(const FigureFolder& folder, const std::vector<MazeResult>& results) {
  const PanelGrid grid{.columns = 1,
                       .rows = 1,
                       .panel_width = 520,
                       .panel_height = 240,
                       .left = 76,
                       .right = 30,
                       .top = 34,
                       .bottom = 34,
                       .gap = 0,
                       .footer = 56};
  const std::string commands = "set multiplot\nunset key\n" + success_commands(grid, results) +
                               grid.key({{"boxes " + box("#D55E00"), "direct"},
                                         {"boxes " + box("#0072B2"), "Monte-Carlo log-sum-exp"},
                                         {"points pt 6 ps 0.8 lc rgb '#222222'", "each seed"}},
                                        3);
  return folder.draw({"success", "Success",
                      "Bars: all seeds, with 95% intervals over episodes. Circles: each seed.",
                      grid.width(), grid.height()},
                     {{"", success_table(results)}, {"_seeds", seed_table(results)}}, commands);
}

}  // namespace lagoon::pipelines
