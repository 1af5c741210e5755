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

/// gnuplot's words for the points of several methods and their bars: all bars first, for a bar
/// leaves a blank around its middle, which would hide the points of the methods before.
class IntervalPlot {
 public:
  /// `source` names file, rows, x and y, `low` and `high` are columns; `drawn` is "points" or
  /// "linespoints".
  void add(const std::string& source, const std::string& low, const std::string& high,
           const std::string& method, const std::string& drawn);

  /// What "plot" is followed by, to its end.
  std::string text() const { return bars_ + points_ + "NaN notitle\n"; }

 private:
  std::string bars_, points_;
};

/// A figure with its interval as three cells, and the columns NAME, NAME_low and NAME_high for
/// each of several.
void add_estimate(std::vector<Cell>& row, const flow::Estimate& estimate);
std::vector<std::string> with_estimates(std::vector<std::string> columns,
                                        const std::vector<std::string>& estimates);

/// The methods that have scores.
std::vector<const MethodResult*> existing(const std::vector<MethodResult>& results);

/// Entries of the key, three a row, and the pixels that so many take.
std::vector<PanelGrid::KeyEntry> key_of(const std::vector<Rows>& lines);
int footer_for(std::size_t n_lines);

}  // namespace lagoon::pipelines
