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

std::string PanelGrid::key_in_footer(int key_columns) const {
  return "set key at screen 0.5, screen " + number_text(4.0 / height()) +
         " center bottom horizontal Left reverse noenhanced maxcols " +
         std::to_string(key_columns) + "\n";
}

std::string number_text(double value, int digits) {
  std::ostringstream text;
  text << std::setprecision(digits) << value;
  return text.str();
}

}  // namespace lagoon::pipelines
