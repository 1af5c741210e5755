#include "pipelines/assimilation/observed/sample_figure.hpp"

#include <algorithm>
#include <cmath>

#include "flow/assimilation/observed/velocity_regression.hpp"
#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {
namespace {

constexpr int kAcross = 28;

/// From the least to the largest of some positions, in boxes.
struct Range {
  double low, high;

  explicit Range(const std::vector<double>& positions)
      : low(std::ranges::min(positions)), high(std::ranges::max(positions)) {}

  double length() const { return high - low; }

  /// Widened about its middle to at least that length.
  void widen_to(double least) {
    const double missing = std::max(0.0, least - length());
    low -= missing / 2;
    high += missing / 2;
  }

  /// As gnuplot takes it, in km, with a margin.
  std::string text(double box_km) const {
    const double margin = 0.05 * length();
    return "[" + number_text((low - margin) * box_km) + ":" +
           number_text((high + margin) * box_km) + "]";
  }
};

/// A lattice over the samples' extent, in boxes.
struct Lattice {
  std::vector<double> x, y;

  Lattice(const Range& across, const Range& along) {
    const double step = std::max(across.length(), along.length()) / (kAcross - 1);
    const int columns = points(across.length(), step), rows = points(along.length(), step);
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns; ++column) {
        x.push_back(across.low + column * step);
        y.push_back(along.low + row * step);
      }
    }
  }

  /// Points on a side; one where all samples are at one place.
  static int points(double side, double step) {
    return step > 0 ? 1 + static_cast<int>(std::floor(side / step + 0.5)) : 1;
  }
};

/// Samples on a line, or at one place, are shown in a panel that has two sides all the same.
void show_no_line(Range& across, Range& along) {
  constexpr double kThinnest = 0.5;
  const double longest = std::max(across.length(), along.length());
  const double least = longest > 0 ? kThinnest * longest : 1;
  across.widen_to(least);
  along.widen_to(least);
}

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
  Range across(samples.x), along(samples.y);
  const Lattice lattice(across, along);
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
  show_no_line(across, along);
  const double longest = 2.2 * std::max(across.length(), along.length()) * box_km / kAcross;
  const double scale = fastest > 0 ? longest / fastest : 1;
  const double width = 400;
  const PanelGrid grid{.columns = 2,
                       .rows = 1,
                       .panel_width = static_cast<int>(width),
                       .panel_height = static_cast<int>(width * along.length() / across.length()),
                       .left = 70,
                       .right = 110,
                       .top = 40,
                       .bottom = 56,
                       .gap = 56};
  const std::string commands =
      "set multiplot\nunset key\nset xrange " + across.text(box_km) + "\nset yrange " +
      along.text(box_km) + "\nset ylabel 'km'\n" +
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
