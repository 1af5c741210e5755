#pragma once

#include <string>
#include <vector>

namespace lagoon::pipelines {

/// Equal panels in rows and columns; all lengths in CSS pixels. Explicit margins, because gnuplot's
/// own layout neither keeps panels square nor aligns them.
struct PanelGrid {
  int columns = 1;
  int rows = 1;
  int panel_width = 0;
  int panel_height = 0;
  int left = 0;    ///< of the first column
  int right = 0;   ///< of the last column
  int top = 0;     ///< above each panel, for its title
  int bottom = 0;  ///< below each panel, for its axis
  int gap = 0;     ///< between columns
  int footer = 0;  ///< below the last row, for the key

  int width() const;
  int height() const;
  /// Pixels from the picture's left and top to a panel's.
  double panel_left(int column) const;
  double panel_top(int row) const;

  /// Fractions of the whole picture, as gnuplot's `screen` coordinates.
  std::string across(double pixels) const;  ///< from the left
  std::string up(double pixels) const;      ///< from pixels below the top

  /// Margins of one panel.
  std::string margins(int column, int row) const;

  /// The same with a title and a label below.
  std::string frame(int column, int row, const std::string& title, const std::string& xlabel) const;

  /// A key over the whole width of the footer, as the last plot of a multiplot. gnuplot's own keys
  /// are no wider than one panel.
  struct KeyEntry {
    std::string style;  ///< "linespoints linestyle 1"
    std::string title;
  };
  std::string key(const std::vector<KeyEntry>& entries, int key_columns) const;
};

/// gnuplot's words for points or lines with intervals: all bars first, for a bar leaves a blank
/// around its middle, which would hide what was drawn before it.
class IntervalPlot {
 public:
  /// `source` names file, rows, x and y, `low` and `high` are columns; `colour` is RRGGBB; `drawn`
  /// is as "linespoints linestyle 1". Without a title it is not in the plot's own key.
  void add(const std::string& source, const std::string& low, const std::string& high,
           const std::string& colour, const std::string& drawn, const std::string& title = "");

  /// The same without bars.
  void add(const std::string& source, const std::string& drawn, const std::string& title = "");

  /// What "plot" is followed by, to its end.
  std::string text() const { return bars_ + points_ + "NaN notitle\n"; }

 private:
  std::string bars_, points_;
};

/// Two columns of wide panels for curves, each `panel_height` high, above a key of `footer`.
PanelGrid curve_panels(int rows, int panel_height, int footer);

/// Up to `digits` figures, as streams print them.
std::string number_text(double value, int digits = 6);

}  // namespace lagoon::pipelines
