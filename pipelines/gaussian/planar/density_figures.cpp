#include "pipelines/gaussian/planar/density_figures.hpp"

#include <cmath>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/gaussian/planar/planar_text.hpp"

namespace lagoon::pipelines {
namespace {

/// A law that a figure draws, and how.
struct Drawn {
  std::string column;
  std::string legend;
  std::string style;
  const PlanarLaw* law;
};

struct DensityPanel {
  std::string column;
  std::string title;
  PlanarLaw::Densities PlanarLaw::*densities;
};

const std::vector<DensityPanel> kConditionals = {
    {"u_given_v", "u given v = 1", &PlanarLaw::u_given_one},
    {"v_given_u", "v given u = 1", &PlanarLaw::v_given_one}};
const std::vector<DensityPanel> kAll = {kConditionals[0],
                                        kConditionals[1],
                                        {"marginal_u", "marginal of u", &PlanarLaw::marginal_u},
                                        {"marginal_v", "marginal of v", &PlanarLaw::marginal_v}};

// Points of an axis, both sides of 0 among them, where densities may jump.
Eigen::VectorXd axis_points(double half_width) {
  constexpr Eigen::Index kSide = 120;
  constexpr double kBeside = 1e-9;
  const Eigen::VectorXd right = Eigen::VectorXd::LinSpaced(kSide, kBeside, half_width);
  Eigen::VectorXd all(2 * kSide);
  all << -right.reverse(), right;
  return all;
}

Table density_table(const std::vector<DensityPanel>& panels, const std::vector<Drawn>& laws,
                    double half_width) {
  const Eigen::VectorXd x = axis_points(half_width);
  std::vector<std::string> columns = {"x"};
  std::vector<Eigen::VectorXd> values;
  for (const auto& panel : panels) {
    for (const auto& drawn : laws) {
      columns.push_back(panel.column + "_" + drawn.column);
      values.push_back((drawn.law->*panel.densities)(x));
    }
  }
  Table table(columns);
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    std::vector<Cell> row = {x(i)};
    for (const auto& column : values) row.emplace_back(column(i));
    table.add(std::move(row));
  }
  return table;
}

std::string panel_plot(const std::string& file, const DensityPanel& panel,
                       const std::vector<Drawn>& laws) {
  std::string plot = "plot ";
  for (const auto& drawn : laws) {
    plot += "'" + file + ".csv' using 'x':'" + panel.column + "_" + drawn.column + "' with " +
            drawn.style + " notitle, ";
  }
  return plot + "NaN notitle\n";
}

Figure draw(const FigureFolder& folder, Figure figure, const std::vector<DensityPanel>& panels,
            const std::vector<Drawn>& laws, double half_width) {
  const PanelGrid grid = curve_panels(static_cast<int>(panels.size()) / 2, 170, 34);
  std::string commands = "set multiplot\nunset key\nset yrange [0:*]\nset ytics 0.2\nset xrange [" +
                         number_text(-half_width) + ":" + number_text(half_width) + "]\n";
  for (std::size_t p = 0; p < panels.size(); ++p) {
    const int column = static_cast<int>(p) % 2, row = static_cast<int>(p) / 2;
    commands += column == 0 ? "set ylabel 'density' offset 1,0\n" : "unset ylabel\n";
    commands += grid.frame(column, row, panels[p].title, column == 0 ? "u" : "v") +
                panel_plot(figure.name, panels[p], laws);
  }
  std::vector<PanelGrid::KeyEntry> key;
  for (const auto& drawn : laws) key.push_back({drawn.style, drawn.legend});
  commands += grid.key(key, static_cast<int>(key.size()));
  figure.width = grid.width();
  figure.height = grid.height();
  return folder.draw(std::move(figure), {{"", density_table(panels, laws, half_width)}}, commands);
}

Drawn truth_of(const PlanarStudy& study) {
  return {"true", "the data", "lines lc rgb '#BBBBBB' lw 5 dt solid", &study.truth};
}

std::vector<Drawn> laws_of(const PlanarStudy& study, const PlanarModel& model,
                           const std::string& legend) {
  std::vector<Drawn> laws = {truth_of(study)};
  laws.push_back({"closed", legend, "lines " + line_style_text(0), &model.closed});
  if (model.trained) {
    laws.push_back({"trained", "trained", "lines " + line_style_text(1), &*model.trained});
  }
  return laws;
}

// Three and a half standard deviations of the widest marginal of any figure.
double half_width_of(const PlanarStudy& study) {
  double variance = 0;
  for (const auto& model : study.models) {
    const auto& moments = model.closed.moments;
    variance = std::max({variance, moments.marginal_u, moments.marginal_v});
  }
  return 3.5 * std::sqrt(variance);
}

}  // namespace

std::vector<Figure> draw_planar_densities(const FigureFolder& folder, const PlanarStudy& study) {
  std::vector<Figure> figures;
  for (const auto& model : study.models) {
    if (model.key == kNormalizedKey) continue;
    Figure figure{
        .name = model.key, .title = figure_title(model), .caption = finding(study, model)};
    figures.push_back(draw(folder, std::move(figure), kAll,
                           laws_of(study, model, "best model (closed form)"),
                           half_width_of(study)));
  }
  return figures;
}

Figure draw_sign_densities(const FigureFolder& folder, const PlanarStudy& study) {
  const PlanarModel& model = study.model(kNormalizedKey);
  auto laws = laws_of(study, model, "best temperature");
  laws.push_back({"unit", "temperature 1", "lines " + line_style_text(2), &study.unit_temperature});
  Figure figure{.name = model.key, .title = figure_title(model), .caption = finding(study, model)};
  return draw(folder, std::move(figure), kConditionals, laws, half_width_of(study));
}

}  // namespace lagoon::pipelines
