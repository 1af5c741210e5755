#pragma once

#include <span>
#include <string>
#include <vector>

#include "flow/numerics/sample_moments.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/figures/table.hpp"
#include "pipelines/retrieval/fields.hpp"

namespace lagoon::pipelines {

/// Contour levels of a field that has both signs.
inline constexpr int kSignedLevels = 7;

/// Contour levels 0, step, 2 step, ... and their negatives.
struct Levels {
  double step = 0;
  double limit = 0;  ///< the first level past the largest value
};

/// At most `n_levels` levels of a round step for values up to `largest`.
Levels round_levels(double largest, int n_levels);

using flow::largest_magnitude;

/// Square panels of the unit torus in a grid, and the gnuplot commands that draw them.
class TorusPanels {
 public:
  /// `file`: the stem of the figure's CSV files; fields come from columns of FILE.csv.
  TorusPanels(std::string file, int columns, int rows, std::size_t n_drifters);

  int width() const { return grid_.width(); }
  int height() const { return grid_.height(); }

  /// Axes that all panels share; the first command.
  std::string begin() const;

  /// Colours from here on: signed values in [-limit, limit] (dark to light), or sizes in
  /// [0, limit] (light to dark). Both keep their order in black and white.
  std::string signed_colours(const Levels& levels) const;
  std::string size_colours(const Levels& levels) const;

  /// The field in column `field` of the table in cell (column, row), with contour lines and the
  /// paths named in `roles` over it: "query" black, any other dashed.
  struct Panel {
    int column = 0;
    int row = 0;
    std::string title;
    std::string detail;  ///< second line of the title
    std::string field;
    std::vector<std::string> roles;
    std::string colour_label;      ///< not empty: draw the colour bar to the right, with this label
    std::string rows_drawn = {};   ///< condition on the rows of paths that are drawn; empty: all
    std::string rows_marked = {};  ///< of those with a disc, instead of marks at release and end
    double mark_size = 1;          ///< of that disc
  };
  std::string draw(const Panel& panel) const;

 private:
  std::string axes(const Panel& panel) const;

  std::string file_;
  std::size_t n_drifters_;
  PanelGrid grid_;
};

/// A field under the name of its column.
struct NamedField {
  std::string name;
  const std::vector<double>* values = nullptr;  ///< (n, n)
};

/// Columns x, y and one for each named field, over the closed square: the first row and column are
/// repeated at 1.
Table field_table(int n, const std::vector<NamedField>& fields);

/// Paths under what they are: "query", "best", ...
struct NamedPaths {
  std::string role;
  const std::vector<Path>* paths = nullptr;
};

/// Columns role, drifter, mark (release | way | end), x, y: paths wrapped into the unit square, cut
/// where they cross its edges and where observations are missing.
Table path_table(const std::vector<NamedPaths>& paths);

}  // namespace lagoon::pipelines
