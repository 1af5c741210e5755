#include "pipelines/inspection/dispersion_figure.hpp"

#include <algorithm>

#include "flow/numerics/sample_moments.hpp"
#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {
namespace {

constexpr const char* kDispersion = "dispersion";
constexpr const char* kCurves[] = {"mean",      "low",       "high",     "ballistic",
                                   "slope_one", "diffusive", "at_first", "twice_one_drifter"};

/// One panel: what was measured, and the coefficients of the laws beside it.
struct Panel {
  std::string suffix, title, ylabel;
  const std::vector<DispersionPoint>& points;
  double ballistic = 0;    ///< of t^2
  double diffusive = 0;    ///< of t, by the law's diffusivity
  double noise = 0;        ///< of t^0
  bool has_limit = false;  ///< twice the one-particle dispersion is drawn

  bool is_ballistic() const { return diffusive == 0 && noise == 0; }

  /// What holds while velocities have not changed: with E|dX|^2 of the Brownian motion, and noise.
  double at_first(const DispersionPoint& point) const {
    return ballistic * point.square_age + diffusive * point.age + noise;
  }

  std::string name_of_law() const { return is_ballistic() ? "the ballistic law" : "the early law"; }
};

std::vector<Panel> panels_of(const Dispersion& d) {
  std::vector<Panel> panels = {{"_one", "one drifter: distance from its release",
                                "mean square displacement", d.one, d.speed_squared,
                                4 * d.diffusivity, 2 * d.noise_variance, false}};
  if (!d.two.empty()) {
    panels.push_back({"_two", "pairs of drifters: change of their separation", "mean square change",
                      d.two, d.speed_difference_squared, 8 * d.diffusivity, 4 * d.noise_variance,
                      true});
  }
  return panels;
}

/// The line of slope 1 through the last point.
double slope_one(const std::vector<DispersionPoint>& points) {
  return points.back().mean / points.back().age;
}

/// Each curve, and each as a share of the law that holds at first ("_share").
Table panel_table(const Panel& panel, const Dispersion& d) {
  std::vector<std::string> columns = {"age", "flows", "standard_error"};
  for (const std::string name : kCurves) columns.insert(columns.end(), {name, name + "_share"});
  Table table(columns);
  for (std::size_t i = 0; i < panel.points.size(); ++i) {
    const auto& [age, square_age, mean, error, n_flows] = panel.points[i];
    const double at_first = panel.at_first(panel.points[i]);
    std::vector<Cell> row = {age, n_flows, error};
    for (const double value : {mean, std::max(0.01 * mean, mean - flow::kNormal975 * error),
                               mean + flow::kNormal975 * error, panel.ballistic * square_age,
                               slope_one(panel.points) * age, panel.diffusive * age, at_first,
                               2 * d.one[std::min(i, d.one.size() - 1)].mean}) {
      row.insert(row.end(), {value, value / at_first});
    }
    table.add(std::move(row));
  }
  return table;
}

/// The curves of a panel; `ending` is "" or "_share".
std::string panel_plot(const Panel& panel, const std::string& ending) {
  const std::string file = "'" + std::string(kDispersion) + panel.suffix + ".csv' using 'age':";
  const auto line = [&](const std::string& column, std::size_t style) {
    return ", " + file + "'" + column + ending + "' with lines " + line_style_text(style) +
           " notitle";
  };
  std::string plot = "plot " + file + "'low" + ending + "':'high" + ending +
                     "' with filledcurves lc rgb '#B0" + line_style(0).colour + "' notitle" +
                     line("ballistic", 1) + line("slope_one", 2);
  if (panel.diffusive > 0) plot += line("diffusive", 3);
  if (!panel.is_ballistic()) plot += line("at_first", 5);
  if (panel.has_limit) plot += line("twice_one_drifter", 4);
  return plot + ", " + file + "'mean" + ending + "' with lines " + line_style_text(0) +
         " lw 2 notitle\n";
}

std::string age_range(const Panel& panel) {
  return "set xrange [" + number_text(panel.points.front().age) + ":" +
         number_text(panel.points.back().age) + "]\n";
}

std::string mean_range(const Panel& panel) {
  const auto [least, most] = std::ranges::minmax(panel.points, {}, &DispersionPoint::mean);
  return "set yrange [" + number_text(least.mean / 2) + ":" + number_text(4 * most.mean) + "]\n";
}

/// The panel in column `column`: above, the curves; below, their shares of the law at first.
std::string column_text(const PanelGrid& grid, const Panel& panel, int column) {
  return "set logscale xy\nset format xy '10^{%T}'\n" + age_range(panel) + mean_range(panel) +
         grid.frame(column, 0, panel.title, "") + "set ylabel '" + panel.ylabel + "'\n" +
         panel_plot(panel, "") +
         "unset logscale y\nset format y '%.1f'\nset yrange [0:1.5]\nset ytics 0.5\n" +
         grid.frame(column, 1, "", "time since release") + "set ylabel 'share of " +
         panel.name_of_law() + "'\n" + panel_plot(panel, "_share") + "set ytics auto\n";
}

std::vector<PanelGrid::KeyEntry> key_of(const std::vector<Panel>& panels) {
  std::vector<PanelGrid::KeyEntry> entries = {
      {"lines " + line_style_text(0) + " lw 2", "measured (band: 95% interval)"},
      {"lines " + line_style_text(1), "ballistic: mean square speed × t²"},
      {"lines " + line_style_text(2), "slope t, through the last point"}};
  if (panels.front().diffusive > 0) {
    entries.push_back({"lines " + line_style_text(3), "diffusivity alone: 4κt, of pairs 8κt"});
  }
  if (!panels.front().is_ballistic()) {
    entries.push_back({"lines " + line_style_text(5), "early law: ballistic + diffusion + noise"});
  }
  if (panels.size() > 1) {
    entries.push_back({"lines " + line_style_text(4), "twice one drifter's (independent pairs)"});
  }
  return entries;
}

/// "it is 0.999 times the ballistic law at t = 0.001 and 0.43 times at t = 0.1 (slope 2 at first,
/// 1.2 at last)".
std::string finding_of(const Panel& panel) {
  const auto times = [&](const DispersionPoint& point) {
    return number_text(point.mean / panel.at_first(point), 3) + " times";
  };
  const auto& first = panel.points.front();
  const auto& last = panel.points.back();
  std::string text = "it is " + times(first) + " " + panel.name_of_law() +
                     " at t = " + number_text(first.age, 3) + " and " + times(last) +
                     " at t = " + number_text(last.age, 3);
  const auto slopes = local_slopes(panel.points);
  if (slopes.empty()) return text;
  return text + " (slope " + number_text(slopes.front(), 3) + " at first, " +
         number_text(slopes.back(), 3) + " at last)";
}

std::string caption_of(const Dispersion& d, const std::vector<Panel>& panels) {
  std::string text =
      "Nondimensional, over " + std::to_string(d.n_flows) + " flows of " +
      std::to_string(d.n_drifters) + (d.n_drifters == 1 ? " drifter" : " drifters") + ". " +
      (panels.size() > 1 ? "Left: m" : "M") +
      "ean square distance of a drifter from its release: " + finding_of(panels.front()) + ".";
  if (panels.size() > 1) {
    text += " Right: mean square change of the separation of " + std::to_string(d.n_pairs) +
            (d.n_pairs == 1 ? " pair" : " pairs") +
            " a flow, whose law has the mean square difference of velocity at their "
            "release: " +
            finding_of(panels.back()) + ".";
  }
  if (d.noise_variance > 0) {
    text +=
        " Observation noise adds " + number_text(panels.front().noise, 3) +
        " to a mean square displacement" +
        (panels.size() > 1 ? ", and " + number_text(panels.back().noise, 3) + " for pairs." : ".");
  }
  return text;
}

}  // namespace

Figure draw_dispersion(const FigureFolder& folder, const Dispersion& dispersion) {
  const auto panels = panels_of(dispersion);
  const auto entries = key_of(panels);
  const int key_columns = panels.size() > 1 ? 2 : 1;
  const int key_rows = (static_cast<int>(entries.size()) + key_columns - 1) / key_columns;
  PanelGrid grid = curve_panels(2, 210, 12 + 22 * key_rows);
  grid.columns = static_cast<int>(panels.size());
  grid.left = 84;
  grid.gap = 84;
  std::string commands = "set multiplot\nunset key\n";
  std::vector<NamedTable> tables;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    commands += column_text(grid, panels[i], static_cast<int>(i));
    tables.push_back({panels[i].suffix, panel_table(panels[i], dispersion)});
  }
  commands += grid.key(entries, key_columns);
  return folder.draw(
      {kDispersion, "Dispersion", caption_of(dispersion, panels), grid.width(), grid.height()},
      tables, commands);
}

}  // namespace lagoon::pipelines
