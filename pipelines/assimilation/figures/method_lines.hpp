#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "pipelines/assimilation/evaluation.hpp"
#include "pipelines/figures/figure.hpp"
#include "pipelines/figures/panel_grid.hpp"

// How figures of several methods tell them apart.
namespace lagoon::pipelines {

/// "RRGGBB". A method keeps its colour and line whichever others are drawn.
std::string colour_of(const std::string& method);

/// gnuplot's style of its line and points.
std::string line_of(const std::string& method);

/// A method's rows of a table.
struct Rows {
  std::string name;
  std::string title;
  std::size_t first = 0;
  std::size_t last = 0;
};

/// gnuplot's words for them in FILE.csv.
std::string every(const std::string& file, const Rows& rows);

/// "(column('X') + SHIFT)": where method `place` of `n` is drawn, so that methods that agree stand
/// side by side, `apart` from one another.
std::string beside(const std::string& x, std::size_t place, std::size_t n, double apart);

/// A figure with its interval as three cells, whose columns with_intervals() names.
void add_estimate(std::vector<Cell>& row, const flow::Estimate& estimate);

/// Entries of the key, three a row, of lines that are drawn with "linespoints" or "points", and the
/// pixels that so many take.
std::vector<PanelGrid::KeyEntry> key_of(const std::vector<Rows>& lines,
                                        const std::string& drawn = "linespoints");
int footer_for(std::size_t n_lines);

}  // namespace lagoon::pipelines
