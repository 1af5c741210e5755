#include "pipelines/gaussian/planar/plane_figures.hpp"

#include <array>
#include <cmath>

#include "pipelines/figures/gnuplot.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/figures/torus_panel.hpp"
#include "pipelines/gaussian/planar/planar_text.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

// Bands of density from light to dark, ColorBrewer's Blues.
constexpr std::array<const char*, 9> kBands = {"#f1f6fc", "#deebf7", "#c6dbef",
                                               "#9ecae1", "#6baed6", "#4292c6",
                                               "#2171b5", "#08519c", "#08306b"};
constexpr std::size_t kOutlined[] = {1, 3};  ///< levels at which the data are drawn as lines
constexpr const char* kTruthStyle = "lines lc rgb '#222222' lw 1.4 dt solid";
const std::string kTrainedStyle = "lines " + line_style_text(1);

struct PlanePanel {
  std::string title;
  std::string detail;  ///< second line of the title
  const PlanarLaw* law;
  const PlanarLaw* trained = nullptr;
};

/// A line of the table: rows [first, last], drawn in a style.
struct Outline {
  std::string style;
  std::size_t first = 0;
  std::size_t last = 0;
};

/// All panels of one figure share the levels of density and the stretch of the axes.
struct Plane {
  std::string name;
  std::vector<double> levels;
  double half_width = 0;
  Table table = Table({"panel", "law", "level", "u", "v"});
};

Plane plane_of(const PlanarStudy& study, const std::string& name) {
  Plane plane;
  plane.name = name;
  double peak = study.truth.density(0, 0);
  for (const auto& model : study.models) {
    // Beside the axes: normalised encoders have no density on them.
    peak = std::max(peak, model.closed.density(1e-9, std::copysign(1e-9, study.data.cov_uv(0, 0))));
  }
  const double step = round_levels(peak, static_cast<int>(kBands.size())).step;
  for (std::size_t i = 0; i < kBands.size(); ++i) {
    plane.levels.push_back(i == 0 ? step / 4 : step * static_cast<double>(i));
  }
  const auto& widest = study.model("cosine_conditional").closed.moments;
  plane.half_width = 2.5 * std::sqrt(std::max(widest.marginal_u, widest.marginal_v));
  return plane;
}

void add_outline(Plane& plane, std::vector<Outline>& outlines, const PlanePanel& panel,
                 const PlanarLaw& law, const std::string& who, std::size_t level,
                 const std::string& style) {
  const auto line = level_line(law, plane.levels[level]);
  if (line.empty()) return;
  Outline outline{style, plane.table.size(), 0};
  for (const auto& [u, v] : line) {
    outline.last = plane.table.add({panel.title, who, plane.levels[level], u, v});
  }
  outlines.push_back(outline);
}

std::vector<Outline> outlines_of(Plane& plane, const PlanarStudy& study, const PlanePanel& panel) {
  std::vector<Outline> outlines;
  for (std::size_t i = 0; i < kBands.size(); ++i) {
    add_outline(plane, outlines, panel, *panel.law, "model", i,
                "filledcurves closed fs solid noborder lc rgb '" + std::string(kBands[i]) + "'");
  }
  for (const std::size_t level : kOutlined) {
    add_outline(plane, outlines, panel, study.truth, "data", level, kTruthStyle);
    if (panel.trained) {
      add_outline(plane, outlines, panel, *panel.trained, "trained", level, kTrainedStyle);
    }
  }
  return outlines;
}

std::string panel_text(const PanelGrid& grid, const Plane& plane, const PlanePanel& panel,
                       const std::vector<Outline>& outlines, int column, int row) {
  std::string text =
      grid.frame(column, row, panel.title + (panel.detail.empty() ? "" : "\n") + panel.detail,
                 "u") +
      (column == 0 ? "set ylabel 'v' offset 1,0\n" : "unset ylabel\n") + "plot ";
  for (const auto& [style, first, last] : outlines) {
    text += csv_rows(plane.name, first, last) + " using 'u':'v' with " + style + " notitle, ";
  }
  return text + "NaN notitle\n";
}

// Boxes of the bands beside the last column, dark above.
std::string band_legend(const PanelGrid& grid, const Plane& plane) {
  constexpr double kBox = 17;
  const double left = grid.width() - grid.right + 22.0, top = grid.top;
  std::string text = "set label 900 'density above' at screen " + grid.across(left) + ", screen " +
                     grid.up(top - 4) + " font ',8.5' tc rgb '#444444'\n";
  for (std::size_t i = 0; i < kBands.size(); ++i) {
    const double y = top + 8 + kBox * static_cast<double>(kBands.size() - 1 - i);
    text += "set object " + std::to_string(901 + i) + " rectangle from screen " +
            grid.across(left) + ", screen " + grid.up(y + kBox) + " to screen " +
            grid.across(left + kBox) + ", screen " + grid.up(y) + " fc rgb '" + kBands[i] +
            "' fs solid noborder\nset label " + std::to_string(901 + i) + " '" +
            number_text(plane.levels[i], 3) + "' at screen " + grid.across(left + kBox + 6) +
            ", screen " + grid.up(y + kBox / 2) + " font ',8.5' tc rgb '#444444'\n";
  }
  return text;
}

Figure draw(const FigureFolder& folder, const PlanarStudy& study, Figure figure,
            const std::vector<PlanePanel>& panels, int columns) {
  Plane plane = plane_of(study, figure.name);
  const int rows = (static_cast<int>(panels.size()) + columns - 1) / columns;
  const PanelGrid grid{.columns = columns,
                       .rows = rows,
                       .panel_width = 230,
                       .panel_height = 230,
                       .left = 60,
                       .right = 110,
                       .top = 48,
                       .bottom = 44,
                       .gap = 34,
                       .footer = 30};
  const std::string half = number_text(plane.half_width);
  std::string commands = "set multiplot\nunset key\nset border 15\nunset grid\nset xrange [-" +
                         half + ":" + half + "]\nset yrange [-" + half + ":" + half +
                         "]\nset xtics 2\nset ytics 2\n" + band_legend(grid, plane);
  bool trained = false;
  for (std::size_t p = 0; p < panels.size(); ++p) {
    const auto outlines = outlines_of(plane, study, panels[p]);
    const int column = static_cast<int>(p) % columns, row = static_cast<int>(p) / columns;
    commands += panel_text(grid, plane, panels[p], outlines, column, row);
    if (p == 0) commands += "unset label\nunset object\n";  // each panel would draw them again
    trained = trained || panels[p].trained;
  }
  std::vector<PanelGrid::KeyEntry> key = {
      {kTruthStyle, "the data, at densities " + number_text(plane.levels[kOutlined[0]], 3) +
                        " and " + number_text(plane.levels[kOutlined[1]], 3)}};
  if (trained) key.push_back({kTrainedStyle, "trained, at the same"});
  commands += grid.key(key, 2);
  figure.width = grid.width();
  figure.height = grid.height();
  return folder.draw(std::move(figure), {{"", plane.table}}, commands);
}

PlanePanel panel_of(const PlanarModel& model) {
  return {model.title, "KL(data || model) = " + decimals(model.closed.moments.kl_joint, 4),
          &model.closed, model.trained ? &*model.trained : nullptr};
}

}  // namespace

Figure draw_reference_and_data(const FigureFolder& folder, const PlanarStudy& study) {
  return draw(
      folder, study,
      {.name = "reference",
       .title = "Figure 1: what is tilted, and what it should become",
       .caption = reference_finding(study)},
      {{"product of the marginals", "", &study.reference, {}}, {"the data", "", &study.truth, {}}},
      2);
}

Figure draw_learned_planes(const FigureFolder& folder, const PlanarStudy& study) {
  std::vector<PlanePanel> panels;
  for (const auto& model : study.models) {
    if (model.key != kNormalizedKey) panels.push_back(panel_of(model));
  }
  panels.push_back({"the data", "", &study.truth, {}});
  return draw(folder, study,
              {.name = "joint",
               .title = "Figure 5: learned joint densities, and two losses that [BST] leaves out",
               .caption = joint_finding(study)},
              panels, 3);
}

Figure draw_sign_planes(const FigureFolder& folder, const PlanarStudy& study) {
  const PlanarModel& model = study.model(kNormalizedKey);
  PlanePanel best = panel_of(model);
  best.title = "best temperature, " + decimals(model.temperature, 4);
  const PlanePanel unit{
      "temperature 1",
      "KL(data || model) = " + decimals(study.unit_temperature.moments.kl_joint, 4),
      &study.unit_temperature,
      {}};
  return draw(folder, study,
              {.name = "normalized_joint",
               .title = "Figure 6, right: normalised encoders, joint density",
               .caption = sign_finding(study)},
              {best, unit, {"the data", "", &study.truth, {}}}, 3);
}

}  // namespace lagoon::pipelines
