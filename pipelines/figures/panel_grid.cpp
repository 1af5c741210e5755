#include "pipelines/figures/panel_grid.hpp"

#include <iomanip>
#include <sstream>

#include "pipelines/figures/gnuplot.hpp"

namespace lagoon::pipelines {

int PanelGrid::width() const {
  return left + columns * (panel_width + gap) - gap + right;
}
int PanelGrid::height() const {
  return rows * (top + panel_height + bottom) + footer;
}

double PanelGrid::panel_left(int column) const {
  return left + column * (panel_width + gap);
}
double PanelGrid::panel_top(int row) const {
  return row * (top + panel_height + bottom) + top;
}

std::string PanelGrid::across(double pixels) const {
  return number_text(pixels / width());
}
std::string PanelGrid::up(double pixels) const {
  return number_text(1 - pixels / height());
}

std::string PanelGrid::margins(int column, int row) const {
  const double x = panel_left(column);
  const double y = panel_top(row);
  return "set lmargin at screen " + across(x) + "; set rmargin at screen " +
         across(x + panel_width) + "\nset tmargin at screen " + up(y) + "; set bmargin at screen " +
         up(y + panel_height) + "\n";
}

std::string PanelGrid::frame(int column, int row, const std::string& title,
                             const std::string& xlabel) const {
  return margins(column, row) + "set title " + gnuplot_string(title) +
         " noenhanced offset 0,-0.6\nset xlabel " + gnuplot_string(xlabel) + " offset 0,0.4\n";
}

std::string PanelGrid::key(const std::vector<KeyEntry>& entries, int key_columns) const {
  std::string text =
      "set lmargin at screen 0; set rmargin at screen 1\nset tmargin at screen " +
      up(height() - footer) +
      "; set bmargin at screen 0\nunset border\nunset tics\nunset grid\nunset title\n"
      "unset xlabel\nunset ylabel\nunset logscale\nset xrange [0:1]\nset yrange [0:1]\n"
      "set key center center horizontal Left reverse noenhanced maxcols " +
      std::to_string(key_columns) + "\nplot ";
  for (const auto& [style, title] : entries) {
    text += "NaN with " + style + " title " + gnuplot_string(title) + ", ";
  }
  return text + "NaN notitle\n";
}

void IntervalPlot::add(const std::string& source, const std::string& low, const std::string& high,
                       const std::string& colour, const std::string& drawn,
                       const std::string& title) {
  bars_ += source + ":'" + low + "':'" + high + "' with yerrorbars lc rgb '#" + colour +
           "' lw 0.8 pt 0 notitle, ";
  add(source, drawn, title);
}

void IntervalPlot::add(const std::string& source, const std::string& drawn,
                       const std::string& title) {
  points_ += source + " with " + drawn +
             (title.empty() ? " notitle" : " title " + gnuplot_string(title)) + ", ";
}

PanelGrid curve_panels(int rows, int panel_height, int footer) {
  return {.columns = 2,
          .rows = rows,
          .panel_width = 390,
          .panel_height = panel_height,
          .left = 84,
          .right = 30,
          .top = 34,
          .bottom = 44,
          .gap = 60,
          .footer = footer};
}

std::string number_text(double value, int digits) {
  std::ostringstream text;
  text << std::setprecision(digits) << value;
  return text.str();
}

}  // namespace lagoon::pipelines
