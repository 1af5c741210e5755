#include "pipelines/figures/torus_panel.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "pipelines/figures/gnuplot.hpp"

namespace lagoon::pipelines {
namespace {

// Viridis without its darkest tenth (black lines are to be seen on it), and a sequential map from
// white to brown (ColorBrewer's YlOrBr): the lightness of both is monotone.
constexpr const char* kSignedPalette =
    "set palette defined (0 '#482475', 1 '#414487', 2 '#355f8d', 3 '#2a788e', 4 '#21918c', "
    "5 '#22a884', 6 '#44bf70', 7 '#7ad151', 8 '#bddf26', 9 '#fde725')";
constexpr const char* kSizePalette =
    "set palette defined (0 '#ffffe5', 1 '#fff7bc', 2 '#fee391', 3 '#fec44f', 4 '#fe9929', "
    "5 '#ec7014', 6 '#cc4c02', 7 '#8c2d04')";

std::string colours(const char* palette, double low, const Levels& levels) {
  const auto n_bands = std::lround((levels.limit - low) / levels.step);
  std::ostringstream text;
  text << palette << " maxcolors " << n_bands << "\n"
       << "set cbrange [" << low << ":" << levels.limit << "]\n"
       << "set cbtics " << 2 * levels.step << " scale 0\n"
       << "set cntrparam levels incremental " << low << "," << levels.step << "," << levels.limit
       << "\n";
  return text.str();
}

// One path with a white halo, so that it is seen on every colour.
std::string path_layers(const std::string& file, const std::string& role) {
  const std::string filter = "using (strcol('role') eq '" + role +
                             "' ? column('x') : NaN):(column('y')):(0) with lines notitle ";
  const bool query = role == "query";
  const std::string source = ", '" + file + "_paths.csv' " + filter;
  return source + "lc rgb 'white' lw 4 dt solid" + source +
         (query ? "lc rgb 'black' lw 1.8 dt solid" : "lc rgb '#D55E00' lw 1.8 dt (6,3)");
}

// A disc where the drifters are released and a triangle where the last observation finds them.
std::string end_marks(const std::string& file, const std::string& role) {
  const auto mark = [&](const std::string& when, int point, const std::string& colour,
                        double size) {
    return ", '" + file + "_paths.csv' using (strcol('role') eq '" + role +
           "' && strcol('mark') eq '" + when +
           "' ? column('x') : NaN):(column('y')):(0) with points notitle pt " +
           std::to_string(point) + " ps " + number_text(size) + " lc rgb '" + colour + "'";
  };
  const std::string colour = role == "query" ? "black" : "#D55E00";
  return mark("release", 7, "white", 1.5) + mark("release", 7, "black", 1.0) +
         mark("end", 9, "white", 1.8) + mark("end", 9, colour, 1.2);
}

}  // namespace

Levels round_levels(double largest) {
  constexpr double kLevels = 6;
  if (!(largest > 0)) return {1, 1};
  const double raw = largest / kLevels;
  const double decade = std::pow(10.0, std::floor(std::log10(raw)));
  double step = 10 * decade;
  for (const double factor : {5.0, 2.5, 2.0, 1.0}) {
    if (factor * decade >= raw) step = factor * decade;
  }
  return {step, step * std::ceil(largest / step)};
}

double largest_magnitude(std::span<const double> field) {
  double largest = 0;
  for (const double value : field) largest = std::max(largest, std::abs(value));
  return largest;
}

TorusPanels::TorusPanels(std::string file, int columns, int rows)
    : file_(std::move(file)),
      grid_{.columns = columns,
            .rows = rows,
            .panel_width = 244,
            .panel_height = 244,
            .left = 52,
            .right = 96,
            .top = 44,
            .bottom = 46,
            .gap = 36} {}

std::string TorusPanels::signed_colours(const Levels& levels) const {
  return colours(kSignedPalette, -levels.limit, levels);
}

std::string TorusPanels::size_colours(const Levels& levels) const {
  return colours(kSizePalette, 0, levels);
}

std::string TorusPanels::draw(const Panel& panel) const {
  const double right = grid_.panel_left(panel.column) + grid_.panel_width;
  const double bottom = grid_.panel_top(panel.row) + grid_.panel_height;
  std::ostringstream text;
  text << grid_.margins(panel.column, panel.row) << "set title "
       << gnuplot_string(panel.title + "\n" + panel.detail) << " noenhanced\n"
       << "set ylabel " << (panel.column == 0 ? "'y'" : "''") << "\n";
  if (panel.colour_label.empty()) {
    text << "unset colorbox\n";
  } else {
    text << "set colorbox user origin " << grid_.across(right + 12) << "," << grid_.up(bottom)
         << " size " << grid_.across(12) << ","
         << number_text(1.0 * grid_.panel_height / grid_.height()) << "\nset cblabel "
         << gnuplot_string(panel.colour_label) << "\n";
  }
  text << "splot '" << file_ << ".csv' using 'x':'y':'" << panel.field
       << "' with pm3d notitle, '' using 'x':'y':'" << panel.field
       << "' with lines nosurface lc rgb '#60000000' lw 0.5 notitle";
  for (const auto& role : panel.roles) text << path_layers(file_, role);
  for (const auto& role : panel.roles) text << end_marks(file_, role);
  text << "\n";
  return text.str();
}

Table field_table(int n, const std::vector<NamedField>& fields) {
  std::vector<std::string> columns = {"x", "y"};
  for (const auto& field : fields) columns.push_back(field.name);
  Table table(columns);
  for (int i = 0; i <= n; ++i) {
    for (int j = 0; j <= n; ++j) {
      std::vector<Cell> row = {static_cast<double>(i) / n, static_cast<double>(j) / n};
      for (const auto& field : fields) {
        row.emplace_back((*field.values)[static_cast<std::size_t>(i % n * n + j % n)]);
      }
      table.add(std::move(row));
    }
    if (i < n) table.end_block();
  }
  return table;
}

Table path_table(const std::vector<NamedPaths>& paths) {
  Table table({"role", "drifter", "mark", "x", "y"});
  for (const auto& [role, drifters] : paths) {
    for (std::size_t d = 0; d < drifters->size(); ++d) {
      const auto& [x, y] = (*drifters)[d];
      const auto add = [&](std::size_t point, std::size_t cell_of) {
        const char* mark = point == 0 ? "release" : point + 1 == x.size() ? "end" : "way";
        table.add(
            {role, d, mark, x[point] - std::floor(x[cell_of]), y[point] - std::floor(y[cell_of])});
      };
      add(0, 0);
      for (std::size_t point = 1; point < x.size(); ++point) {
        const bool same_cell = std::floor(x[point]) == std::floor(x[point - 1]) &&
                               std::floor(y[point]) == std::floor(y[point - 1]);
        if (!same_cell) {
          add(point, point - 1);
          table.end_block();
          add(point - 1, point);
        }
        add(point, point);
      }
      table.end_block();
    }
  }
  return table;
}

}  // namespace lagoon::pipelines
