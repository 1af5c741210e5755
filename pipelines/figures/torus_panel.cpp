#include "pipelines/figures/torus_panel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <sstream>

#include "pipelines/figures/gnuplot.hpp"
#include "pipelines/inspection/drifter_path.hpp"

namespace lagoon::pipelines {
namespace {

using Palette = std::array<std::uint32_t, 8>;  // RRGGBB, evenly spaced

// Viridis without its darkest tenth (black lines are to be seen on it), and a sequential map from
// white to brown (ColorBrewer's YlOrBr): the lightness of both is monotone.
constexpr Palette kSignedPalette = {0x482475, 0x3f4788, 0x31688e, 0x23898e,
                                    0x21a585, 0x4ac16d, 0x9fda3a, 0xfde725};
constexpr Palette kSizePalette = {0xffffe5, 0xfff7bc, 0xfee391, 0xfec44f,
                                  0xfe9929, 0xec7014, 0xcc4c02, 0x8c2d04};

// Colour at a place in [0, 1], linear between neighbours.
std::string colour_at(const Palette& palette, double place) {
  const double position = place * static_cast<double>(palette.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(position), palette.size() - 2);
  const double share = position - static_cast<double>(below);
  std::uint32_t colour = 0;
  for (const int shift : {16, 8, 0}) {
    const double from = palette[below] >> shift & 0xffU;
    const double to = palette[below + 1] >> shift & 0xffU;
    colour |= static_cast<std::uint32_t>(std::lround(std::lerp(from, to, share))) << shift;
  }
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "#%06x", colour);
  return text.data();
}

// Bands of one colour between contour levels. Each band is spelled out: gnuplot's own `maxcolors`
// does not always make as many bands as it is asked for.
std::string colours(const Palette& palette, double low, const Levels& levels) {
  const auto n_bands = std::lround((levels.limit - low) / levels.step);
  std::ostringstream text;
  text << "set palette defined (";
  for (long band = 0; band < n_bands; ++band) {
    const double place =
        n_bands == 1 ? 0.5 : static_cast<double>(band) / static_cast<double>(n_bands - 1);
    const std::string colour = colour_at(palette, place);
    text << (band ? ", " : "") << band << " '" << colour << "', " << band + 1 << " '" << colour
         << "'";
  }
  text << ")\nset cbrange [" << low << ":" << levels.limit << "]\nset cbtics "
       << (n_bands > 6 ? 2 : 1) * levels.step << " scale 0\nset cntrparam levels incremental "
       << low << "," << levels.step << "," << levels.limit << "\n";
  return text.str();
}

std::string screen_label(int tag, const std::string& text, const std::string& x,
                         const std::string& y, const std::string& how) {
  return "set label " + std::to_string(tag) + " " + gnuplot_string(text) + " at screen " + x +
         ", screen " + y + " front noenhanced " + how + "\n";
}

// How paths are drawn: the more of them, the thinner and the smaller their marks, and without the
// triangles at their ends, or they would cover the field.
struct PathStyle {
  double width = 1.8;
  double halo = 4;
  double disc = 1;
  double triangle = 1.2;
};
PathStyle path_style(std::size_t n_drifters) {
  constexpr double kMany = 10;
  if (static_cast<double>(n_drifters) <= kMany) return {};
  const double shrunk = std::sqrt(kMany / static_cast<double>(n_drifters));
  return {1.8 * shrunk, 2.8 * shrunk, 0.5 * shrunk, 0};
}

std::string rows_of(const std::string& file, const std::string& role,
                    const std::string& condition) {
  return ", '" + file + "_paths.csv' using (strcol('role') eq '" + role + "'" +
         (condition.empty() ? "" : " && " + condition) + " ? column('x') : NaN):(column('y')):(0) ";
}

// The paths with a white halo, so that they are seen on every colour.
std::string path_layers(const std::string& file, const std::string& role, const PathStyle& style,
                        const std::string& condition) {
  const std::string source = rows_of(file, role, condition) + "with lines nocontour notitle ";
  return source + "lc rgb 'white' lw " + number_text(style.halo) + " dt solid" + source +
         (role == "query" ? "lc rgb 'black' dt solid" : "lc rgb '#D55E00' dt (5,3)") + " lw " +
         number_text(style.width);
}

// A point of a size with a white halo, none of size 0.
std::string mark_layers(const std::string& rows, int point, const std::string& colour,
                        double size) {
  const auto mark = [&](const std::string& shade, double points) {
    return rows + "with points nocontour notitle pt " + std::to_string(point) + " ps " +
           number_text(points) + " lc rgb '" + shade + "'";
  };
  return size == 0 ? "" : mark("white", 1.5 * size) + mark(colour, size);
}

// A disc where a drifter is released and a triangle where the last observation finds it.
std::string end_marks(const std::string& file, const std::string& role, const PathStyle& style) {
  const std::string colour = role == "query" ? "black" : "#D55E00";
  return mark_layers(rows_of(file, role, "strcol('mark') eq 'release'"), 7, "black", style.disc) +
         mark_layers(rows_of(file, role, "strcol('mark') eq 'end'"), 9, colour, style.triangle);
}

}  // namespace

Levels round_levels(double largest, int n_levels) {
  if (!(largest > 0)) return {1, 1};
  const double raw = largest / n_levels;
  const double decade = std::pow(10.0, std::floor(std::log10(raw)));
  double step = 10 * decade;
  for (const double factor : {5.0, 2.5, 2.0, 1.0}) {
    if (factor * decade >= raw) step = factor * decade;
  }
  return {step, step * std::ceil(largest / step)};
}

TorusPanels::TorusPanels(std::string file, int columns, int rows, std::size_t n_drifters)
    : file_(std::move(file)),
      n_drifters_(n_drifters),
      grid_{.columns = columns,
            .rows = rows,
            .panel_width = 250,
            .panel_height = 250,
            .left = 66,
            .right = 100,
            .top = 46,
            .bottom = 46,
            .gap = 20} {}

std::string TorusPanels::signed_colours(const Levels& levels) const {
  return colours(kSignedPalette, -levels.limit, levels);
}

std::string TorusPanels::size_colours(const Levels& levels) const {
  return colours(kSizePalette, 0, levels);
}

std::string TorusPanels::begin() const {
  return R"(set border 15
unset grid
unset key
set pm3d map interpolate 2,2 corners2color mean
set contour base
set cntrlabel onecolor
set xrange [0:1]; set yrange [0:1]
set xtics ('0' 0, '' 0.25, '0.5' 0.5, '' 0.75, '1' 1) offset 0,0.3
set clip two
set multiplot
)";
}

std::string TorusPanels::axes(const Panel& panel) const {
  const double left = grid_.panel_left(panel.column);
  const double top = grid_.panel_top(panel.row);
  const double middle = left + grid_.panel_width / 2.0;
  const double bottom = top + grid_.panel_height;
  const auto at = [&](double x) { return grid_.across(x); };
  const auto up = [&](double y) { return grid_.up(y); };
  std::string text = grid_.margins(panel.column, panel.row) +
                     screen_label(1, panel.title, at(middle), up(top - 29), "center") +
                     screen_label(2, panel.detail, at(middle), up(top - 11),
                                  "center font ',8.5' tc rgb '#444444'") +
                     screen_label(3, "x", at(middle), up(bottom + 36), "center");
  if (panel.column == 0) {
    text += "set ytics ('0' 0, '' 0.25, '0.5' 0.5, '' 0.75, '1' 1)\n" +
            screen_label(4, "y", at(left - 50), up((top + bottom) / 2), "center rotate");
  } else {
    text += "set ytics ('' 0, '' 0.25, '' 0.5, '' 0.75, '' 1)\nunset label 4\n";
  }
  if (panel.colour_label.empty()) return text + "unset colorbox\nunset label 5\n";
  const double right = left + grid_.panel_width;
  return text +
         screen_label(5, panel.colour_label, at(right + 84), up((top + bottom) / 2),
                      "center rotate") +
         "set colorbox user origin " + at(right + 12) + "," + up(bottom) + " size " + at(12) + "," +
         number_text(1.0 * grid_.panel_height / grid_.height()) + "\n";
}

std::string TorusPanels::draw(const Panel& panel) const {
  const std::string field = " using 'x':'y':'" + panel.field + "' ";
  std::string text = axes(panel) + "splot '" + file_ + ".csv'" + field + "with pm3d notitle, ''" +
                     field + "with lines nosurface lc rgb '#50000000' lw 0.5 notitle";
  const PathStyle style = path_style(n_drifters_);
  for (const auto& role : panel.roles) text += path_layers(file_, role, style, panel.rows_drawn);
  for (const auto& role : panel.roles) {
    text += panel.rows_marked.empty() ? end_marks(file_, role, style)
                                      : mark_layers(rows_of(file_, role, panel.rows_marked), 7,
                                                    "black", panel.mark_size * style.disc);
  }
  return text + "\n";
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
      const auto lines = cut_at_seam((*drifters)[d].x, (*drifters)[d].y);
      for (const Line& line : lines) {
        for (const auto& [place, x, y] : line) {
          const bool is_end = place == lines.back().back().place;
          table.add({role, d, place == 0 ? "release" : is_end ? "end" : "way", x, y});
        }
        table.end_block();
      }
    }
  }
  return table;
}

}  // namespace lagoon::pipelines
