#include "pipelines/inspection/potential_figure.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipelines/figures/torus_panel.hpp"
#include "pipelines/inspection/flow_series.hpp"

namespace lagoon::pipelines {
namespace {

constexpr const char* kFlows = "flows";

struct ShownFlow {
  std::int64_t number = 0;
  std::vector<double> psi;
  std::vector<Path> paths;
  double rms_speed = 0;  ///< over the torus at t = 0
};

std::vector<Path> without_times(const std::vector<DrifterPath>& drifters) {
  std::vector<Path> paths;
  for (const auto& drifter : drifters) paths.push_back({drifter.x, drifter.y});
  return paths;
}

/// Mean square over the grid of both components.
double rms_speed_of(const flow::Flow& flow, int n) {
  flow::GridFields grid(flow.modes, n);
  double sum = 0;
  for (const auto& component : {grid.velocity_x(flow, 0), grid.velocity_y(flow, 0)}) {
    for (const double value : component) sum += value * value;
  }
  return std::sqrt(sum / n / n);
}

std::vector<ShownFlow> read_flows(const datasets::Reader& reader, std::int64_t count) {
  PotentialFields fields(reader.law());
  std::vector<ShownFlow> shown;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t number = i * reader.n_flows() / count;
    const auto psi_hat = reader.psi_hat(number, 1);
    shown.push_back({number, fields.psi(psi_hat),
                     without_times(drifters_of(reader, number, kMostDrawnDrifters)),
                     rms_speed_of({reader.law().modes, psi_hat, reader.law().omega}, fields.n())});
  }
  return shown;
}

std::string file_of(const ShownFlow& flow) {
  return "_" + std::to_string(flow.number);
}

std::string caption_of(const datasets::Reader& reader, const std::vector<ShownFlow>& shown,
                       const Levels& levels) {
  const auto& law = reader.law();
  const auto drawn = std::min(law.n_drifters(), kMostDrawnDrifters);
  const auto [least, most] = std::ranges::minmax(shown, {}, &ShownFlow::rms_speed);
  return "Streamfunction ψ at t = 0 (colour; contours, the streamlines of that moment, every " +
         number_text(levels.step) + ") and the observed " +
         (drawn == 1 ? "path of its drifter" : "paths of " + std::to_string(drawn) + " drifters") +
         (drawn < law.n_drifters() ? " of " + std::to_string(law.n_drifters()) : "") +
         " until t = " + number_text(law.times.back()) +
         ", on the unit torus: a path that leaves on one side comes back on the other. Disc: the "
         "release" +
         (drawn > 10 ? std::string() : std::string("; triangle: the last observation")) +
         ". The rms speed of these flows at t = 0 is " + number_text(least.rms_speed, 3) + " to " +
         number_text(most.rms_speed, 3) + ", the law's is " + number_text(rms_speed(law), 3) +
         ". Nondimensional.";
}

}  // namespace

Figure draw_flows(const FigureFolder& folder, const datasets::Reader& reader, int count) {
  const auto shown = read_flows(reader, std::min<std::int64_t>(count, reader.n_flows()));
  const int n = static_cast<int>(shown.size());
  const int columns = n <= 3 ? n : n == 4 ? 2 : 3;
  const int rows = (n + columns - 1) / columns;
  double largest = 0;
  for (const auto& flow : shown) largest = std::max(largest, largest_magnitude(flow.psi));
  const Levels levels = round_levels(largest, kSignedLevels);
  const auto splits = reader.splits();
  const int grid = static_cast<int>(std::lround(std::sqrt(shown.front().psi.size())));
  std::string commands;
  std::vector<NamedTable> tables;
  int width = 0, height = 0;
  for (int i = 0; i < n; ++i) {
    const auto& flow = shown[static_cast<std::size_t>(i)];
    const TorusPanels panels(kFlows + file_of(flow), columns, rows, flow.paths.size());
    if (i == 0) commands = panels.begin() + panels.signed_colours(levels);
    const bool is_last = i % columns == columns - 1 || i + 1 == n;
    commands += panels.draw({i % columns,
                             i / columns,
                             "Flow " + std::to_string(reader.first_flow() + flow.number),
                             to_string(splits[static_cast<std::size_t>(flow.number)]) +
                                 ", rms speed " + number_text(flow.rms_speed, 3),
                             "psi",
                             {"query"},
                             is_last ? "streamfunction ψ" : ""});
    tables.push_back({file_of(flow), field_table(grid, {{"psi", &flow.psi}})});
    tables.push_back({file_of(flow) + "_paths", path_table({{"query", &flow.paths}})});
    width = panels.width();
    height = panels.height();
  }
  return folder.draw(
      {kFlows, "Flows and their drifters", caption_of(reader, shown, levels), width, height},
      tables, commands);
}

}  // namespace lagoon::pipelines
