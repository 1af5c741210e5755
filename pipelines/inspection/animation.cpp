#include "pipelines/inspection/animation.hpp"

#include <algorithm>

#include "pipelines/figures/torus_panel.hpp"
#include "pipelines/inspection/flow_series.hpp"
#include "pipelines/inspection/potential_figure.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

constexpr const char* kAnimation = "animation";
constexpr int kFrameDelay = 9;   // hundredths of a second
constexpr double kTail = 0.3;    // of the observed time
constexpr double kMarkSize = 2;  // gnuplot's GIFs do not scale points with the picture

/// Steps of the series, as evenly spread as they can be, each once.
std::vector<std::size_t> frame_steps(std::size_t n_steps, int n_frames) {
  const auto n = std::min<std::size_t>(static_cast<std::size_t>(n_frames), n_steps);
  std::vector<std::size_t> steps;
  for (std::size_t f = 0; f < n; ++f) steps.push_back(n == 1 ? 0 : f * (n_steps - 1) / (n - 1));
  return steps;
}

/// Columns role, drifter, time, x, y: the rows that a frame needs are chosen by their time.
Table timed_paths(const std::vector<DrifterPath>& drifters) {
  Table table({"role", "drifter", "time", "x", "y"});
  for (std::size_t d = 0; d < drifters.size(); ++d) {
    for (const Line& line : cut_at_seam(drifters[d].x, drifters[d].y)) {
      for (const auto& [place, x, y] : line) {
        table.add({"query", d, at_place(drifters[d].time, place), x, y});
      }
      table.end_block();
    }
  }
  return table;
}

/// Rows whose time is within half a step of rounding of [from, to].
std::string times_between(double from, double to) {
  constexpr double kSlack = 1e-9;
  return "column('time') >= " + number_text(from - kSlack, 12) +
         " && column('time') <= " + number_text(to + kSlack, 12);
}

std::string frame_text(const TorusPanels& panels, const std::string& field,
                       const std::string& title, double time, double tail) {
  TorusPanels::Panel panel{
      0, 0, title, "t = " + decimals(time, 3), field, {"query"}, "streamfunction ψ"};
  panel.rows_drawn = times_between(time - tail, time);
  panel.rows_marked = times_between(time, time);
  panel.mark_size = kMarkSize;
  return panels.begin() + panels.draw(panel) + "unset multiplot\n";
}

}  // namespace

Figure draw_animation(const FigureFolder& folder, const datasets::Reader& reader, std::int64_t flow,
                      int n_frames) {
  const FlowSeries series(reader, flow);
  const auto drifters = drifters_of(reader, flow, kMostDrawnDrifters);
  PotentialFields fields(reader.law());
  const auto steps = frame_steps(series.n_steps(), n_frames);
  std::vector<std::vector<double>> psi;
  double largest = 0;
  for (const std::size_t step : steps) {
    psi.push_back(fields.psi(series.at(step).psi_hat, series.time(step)));
    largest = std::max(largest, largest_magnitude(psi.back()));
  }
  const TorusPanels panels(kAnimation, 1, 1, drifters.size());
  const Levels levels = round_levels(largest, kSignedLevels);
  const double end = reader.law().times.back();
  const std::string number = std::to_string(reader.first_flow() + flow);
  std::string commands = panels.signed_colours(levels);
  std::vector<NamedField> columns;
  for (std::size_t f = 0; f < steps.size(); ++f) {
    columns.push_back({"psi_" + std::to_string(f), &psi[f]});
    commands += frame_text(panels, columns.back().name, "Flow " + number, series.time(steps[f]),
                           kTail * end);
  }
  const std::string caption =
      "Streamfunction ψ of flow " + number + " from t = 0 to " + number_text(end) + " in " +
      std::to_string(steps.size()) + " frames, and " + std::to_string(drifters.size()) +
      (drifters.size() == 1 ? " drifter" : " drifters") + " with the path of the last " +
      number_text(kTail * end) + " behind it. |ψ| reaches " + number_text(largest, 3) +
      ". Nondimensional.";
  return folder.draw(
      {kAnimation, "A flow through time", caption, panels.width(), panels.height(), kFrameDelay},
      {{"", field_table(fields.n(), columns)}, {"_paths", timed_paths(drifters)}}, commands);
}

}  // namespace lagoon::pipelines
