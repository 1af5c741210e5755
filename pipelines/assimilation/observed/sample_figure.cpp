#include "pipelines/assimilation/observed/sample_figure.hpp"

#include <algorithm>
#include <cmath>

#include "flow/assimilation/observed/velocity_regression.hpp"
#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {
namespace {

constexpr int kAcross = 28;

/// A lattice over the samples' extent, in boxes.
struct Lattice {
  std::vector<double> x, y;

  explicit Lattice(const flow::VelocitySamples& samples) {
    const auto [west, east] = std::ranges::minmax(samples.x);
    const auto [south, north] = std::ranges::minmax(samples.y);
    const double step = std::max(east - west, north - south) / (kAcross - 1);
    const int columns = points(east - west, step), rows = points(north - south, step);
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns; ++column) {
        x.push_back(west + column * step);
        y.push_back(south + row * step);
      }
    }
  }

  /// Points on a side; one where all samples are at one place.
  static int points(double side, double step) {
    return step > 0 ? 1 + static_cast<int>(std::floor(side / step + 0.5)) : 1;
  }
};

std::string arrows(const std::string& file, double scale, const std::string& style) {
  const std::string length = number_text(scale);
  return "'" + file + ".csv' using 'x':'y':(column('vx') * " + length + "):(column('vy') * " +
         length + ")" + style;
}

}  // namespace

std::vector<Figure> draw_samples(const FigureFolder& folder, const flow::VelocitySamples& samples,
                                 double box_km, const flow::ModeSet& modes) {
  const flow::VelocityRegression regression(modes, samples);
  const auto prior = regression.fit();
  const Lattice lattice(samples);
  const auto forecast = regression.forecast(prior, lattice.x, lattice.y);
  Table seen({"x", "y", "vx", "vy"});
  for (std::size_t i = 0; i < samples.size(); ++i) {
    seen.add({samples.x[i] * box_km, samples.y[i] * box_km, samples.velocity_x[i],
              samples.velocity_y[i]});
  }
  Table flow({"x", "y", "vx", "vy", "spread"});
  double fastest = 0;
  for (std::size_t i = 0; i < lattice.x.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const double variance = forecast.std.row(row).squaredNorm() / 2;
    flow.add({lattice.x[i] * box_km, lattice.y[i] * box_km, forecast.mean(row, 0),
              forecast.mean(row, 1),
              std::sqrt(std::max(variance - prior.noise_std * prior.noise_std, 0.0))});
    fastest = std::max(fastest, forecast.mean.row(row).norm());
  }
  const auto [west, east] = std::ranges::minmax(samples.x);
  const auto [south, north] = std::ranges::minmax(samples.y);
  const double scale = 2.2 * std::max(east - west, north - south) * box_km / kAcross / fastest;
  const double width = 400;
  const PanelGrid grid{.columns = 2,
                       .rows = 1,
                       .panel_width = static_cast<int>(width),
                       .panel_height = static_cast<int>(width * (north - south) / (east - west)),
                       .left = 70,
                       .right = 110,
                       .top = 40,
                       .bottom = 56,
                       .gap = 56};
  const auto range = [&](double low, double high) {
    const double margin = 0.05 * (high - low);
    return "[" + number_text((low - margin) * box_km) + ":" +
           number_text((high + margin) * box_km) + "]";
  };
  const std::string commands =
      "set multiplot\nunset key\nset xrange " + range(west, east) + "\nset yrange " +
      range(south, north) + "\nset ylabel 'km'\n" +
      grid.frame(0, 0, std::to_string(samples.size()) + " samples", "km") + "plot " +
      arrows("samples", scale, " with vectors head size graph 0.012,20 lc rgb '#0072B2' lw 0.7") +
      "\nunset ylabel\nset palette defined (0 '#000000', 0.5 '#888888', 1 '#dddddd')\nset cblabel "
      "'standard deviation, m/s'\n" +
      grid.frame(1, 0, "Regression on waves", "km") + "plot " +
      arrows("samples_flow", scale,
             ":'spread' with vectors head size graph 0.012,20 lw 1.1 lc palette") +
      "\nunset multiplot\n";
  return {folder.draw(
      {"samples", "Samples and the flow between them",
       "Arrows of one scale; the longest of the regression is " + number_text(fastest, 2) +
           " m/s. Grey: how unsure the regression is of a component of the flow.",
       grid.width(), grid.height()},
      {{"", seen}, {"_flow", flow}}, commands)};
}

}  // namespace lagoon::pipelines
