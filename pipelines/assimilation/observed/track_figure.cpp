#include "pipelines/assimilation/observed/track_figure.hpp"

#include <algorithm>
#include <cmath>

#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {
namespace {

using flow::TrackCase;
using flow::VectorForecast;

constexpr std::size_t kMostPanels = 6;
constexpr double kNinety = 2.1459660262893472;  // sqrt(2 ln 10): the circle that holds 90%

/// Tables of one panel and what they span.
struct Panel {
  Table seen{{"x", "y"}};
  Table truth{{"x", "y"}};
  Table forecast{{"x", "y"}};
  Table circles{{"x", "y", "radius"}};
  Table others{{"x", "y"}};
  double low_x = 1e30, high_x = -1e30, low_y = 1e30, high_y = -1e30;

  void span(double x, double y) {
    low_x = std::min(low_x, x), high_x = std::max(high_x, x);
    low_y = std::min(low_y, y), high_y = std::max(high_y, y);
  }
};

void add_seen(const TrackCase& one, double km, Panel& panel) {
  for (std::size_t p = 0; p < one.seen.n_drifters(); ++p) {
    panel.seen.add({km * one.seen.release_x[p], km * one.seen.release_y[p]});
    panel.span(km * one.seen.release_x[p], km * one.seen.release_y[p]);
    for (std::size_t j = 0; j < one.seen.n_times(); ++j) {
      const std::size_t at = p * one.seen.n_times() + j;
      if (!std::isfinite(one.x[at])) continue;
      panel.seen.add({km * one.x[at], km * one.y[at]});
      panel.span(km * one.x[at], km * one.y[at]);
    }
    panel.seen.end_block();
  }
}

/// Appends a line from each release point through positions in boxes (place, x | y).
void add_line(const TrackCase& one, const Eigen::MatrixX2d& positions, double km, Table& table,
              Panel& panel) {
  const auto places = flow::asked_places(one);
  const auto add = [&](double x, double y) {
    table.add({km * x, km * y});
    panel.span(km * x, km * y);
  };
  std::size_t before = one.asked.n_drifters();
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t drifter = places[i] / one.asked.n_times();
    if (drifter != before) {
      if (table.size() > 0) table.end_block();
      add(one.asked.release_x[drifter], one.asked.release_y[drifter]);
      before = drifter;
    }
    add(positions(static_cast<Eigen::Index>(i), 0), positions(static_cast<Eigen::Index>(i), 1));
  }
}

/// The circles of a drifter's last place, and where `halfway` of the one in its middle.
void add_circles(const TrackCase& one, const VectorForecast& forecast, double km, bool halfway,
                 Panel& panel) {
  const auto places = flow::asked_places(one);
  const std::size_t n_times = one.asked.n_times();
  for (std::size_t i = 0; i < places.size(); ++i) {
    const bool is_last = i + 1 == places.size() || places[i + 1] / n_times != places[i] / n_times;
    if (!is_last && !(halfway && places[i] % n_times == n_times / 2)) continue;
    const auto row = static_cast<Eigen::Index>(i);
    const double radius = kNinety * km * forecast.std.row(row).norm() / std::sqrt(2.0);
    const double x = km * forecast.mean(row, 0), y = km * forecast.mean(row, 1);
    panel.circles.add({x, y, radius});
    panel.span(x - radius, y - radius);
    panel.span(x + radius, y + radius);
  }
}

Eigen::MatrixX2d true_positions(const TrackCase& one) {
  const auto places = flow::asked_places(one);
  Eigen::MatrixX2d result(static_cast<Eigen::Index>(places.size()), 2);
  for (std::size_t i = 0; i < places.size(); ++i) {
    result.row(static_cast<Eigen::Index>(i)) << one.truth_x[places[i]], one.truth_y[places[i]];
  }
  return result;
}

Panel make_panel(const TrackCase& one, const VectorForecast& variational,
                 const VectorForecast& others, double km, bool halfway) {
  Panel panel;
  add_seen(one, km, panel);
  add_line(one, true_positions(one), km, panel.truth, panel);
  add_line(one, variational.mean, km, panel.forecast, panel);
  add_line(one, others.mean, km, panel.others, panel);
  add_circles(one, variational, km, halfway, panel);
  return panel;
}

std::string panel_commands(const std::string& file, const Panel& panel) {
  const double half =
      0.54 * std::max({panel.high_x - panel.low_x, panel.high_y - panel.low_y, 0.1});
  const auto range = [half](double low, double high) {
    const double middle = (low + high) / 2;
    return "[" + number_text(middle - half) + ":" + number_text(middle + half) + "]";
  };
  return "set xrange " + range(panel.low_x, panel.high_x) + "\nset yrange " +
         range(panel.low_y, panel.high_y) + "\nplot '" + file +
         "_circles.csv' using 'x':'y':'radius' with circles fc rgb '#0072B2' fs transparent solid "
         "0.12 border lc rgb '#0072B2' notitle, '" +
         file + "_seen.csv' using 'x':'y' with lines lc rgb '#aaaaaa' lw 1 notitle, '" + file +
         "_others.csv' using 'x':'y' with lines lc rgb '#D55E00' lw 1.4 dt (8,4) notitle, '" +
         file + "_forecast.csv' using 'x':'y' with lines lc rgb '#0072B2' lw 1.8 notitle, '" +
         file + "_truth.csv' using 'x':'y' with lines lc rgb '#000000' lw 1.8 notitle\n";
}

std::vector<NamedTable> tables_of(const std::string& suffix, const Panel& panel) {
  return {{suffix + "_seen", panel.seen},
          {suffix + "_truth", panel.truth},
          {suffix + "_forecast", panel.forecast},
          {suffix + "_circles", panel.circles},
          {suffix + "_others", panel.others}};
}

PanelGrid track_grid(std::size_t n_panels) {
  return {.columns = static_cast<int>(std::min<std::size_t>(n_panels, 3)),
          .rows = static_cast<int>((n_panels + 2) / 3),
          .panel_width = n_panels == 1 ? 600 : 260,
          .panel_height = n_panels == 1 ? 600 : 260,
          .left = 80,
          .right = 20,
          .top = 36,
          .bottom = 50,
          .gap = 56,
          .footer = 50};
}

Figure draw_panels(const FigureFolder& folder, Figure figure, const std::vector<Panel>& panels,
                   const std::vector<std::string>& titles, const std::string& baseline,
                   const std::string& unit = "km") {
  const PanelGrid grid = track_grid(panels.size());
  figure.width = grid.width();
  figure.height = grid.height();
  std::vector<NamedTable> tables;
  std::string commands = "set multiplot\nunset key\n";
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const std::string suffix = "_" + std::to_string(i + 1);
    for (auto& table : tables_of(suffix, panels[i])) tables.push_back(std::move(table));
    const int column = static_cast<int>(i) % grid.columns;
    commands += (column == 0 ? "set ylabel '" + unit + "'\n" : "unset ylabel\n") +
                grid.frame(column, static_cast<int>(i) / grid.columns, titles[i], unit) +
                panel_commands(figure.name + suffix, panels[i]);
  }
  commands += grid.key({{"lines lc rgb '#aaaaaa' lw 1", "seen"},
                        {"lines lc rgb '#000000' lw 1.8", "held out"},
                        {"lines lc rgb '#0072B2' lw 1.8", "4D-Var, 90% circles"},
                        {"lines lc rgb '#D55E00' lw 1.4 dt (8,4)", baseline}},
                       panels.size() == 1 ? 2 : 4);
  return folder.draw(figure, tables, commands);
}

}  // namespace

std::vector<Figure> draw_tracks(const FigureFolder& folder, const WindowCases& cases,
                                const TrackPrior& prior, double km) {
  std::vector<Panel> panels;
  std::vector<std::string> titles;
  for (std::size_t i = 0; i < std::min(kMostPanels, cases.drifters.size()); ++i) {
    const TrackCase& one = cases.drifters[i];
    panels.push_back(
        make_panel(one, prior.forecast(one), flow::forecast_by_neighbours(one, false), km, true));
    titles.push_back("Drifter " + std::to_string(i + 1) + " held out");
  }
  std::vector<Figure> figures = {draw_panels(
      folder,
      {.name = "drifters",
       .title = "Each drifter from the others",
       .caption =
           "The window in the middle of the record. Circles hold 90% halfway and at the end."},
      panels, titles, "mean way of the others")};
  const auto persisted =
      flow::forecast_by_velocity(cases.end, flow::velocities_before_release(cases.end, 3.0 / 24));
  figures.push_back(
      draw_panels(folder,
                  {.name = "ends",
                   .title = "The end of all tracks",
                   .caption = "The same window, seen until the release."},
                  {make_panel(cases.end, prior.forecast(cases.end), persisted, km, false)},
                  {"Last part held out"}, "last velocity persists"));
  return figures;
}

Figure draw_held_out(const FigureFolder& folder, const flow::TrackCase& track_case,
                     const flow::VectorForecast& variational, const flow::VectorForecast& nearest) {
  return draw_panels(folder,
                     {.name = "drifters",
                      .title = "Drifters held out",
                      .caption = "The first fold, in boxes: each drifter from its release point. "
                                 "Circles hold 90% at the end."},
                     {make_panel(track_case, variational, nearest, 1, false)},
                     {"One fold held out"}, "way of the nearest drifter", "boxes");
}

}  // namespace lagoon::pipelines
