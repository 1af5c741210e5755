#include "pipelines/figures/seconds_figure.hpp"

#include <algorithm>
#include <cmath>

#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {
namespace {

constexpr const char* kName = "seconds";

double total_seconds(const TimedWork& work) {
  double total = 0;
  for (const auto& [phase, seconds] : work.seconds) total += seconds;
  return total;
}

PanelGrid grid_for(std::size_t n_works, std::size_t n_phases) {
  const int n = static_cast<int>(n_works);
  const int columns = std::clamp(n, 1, 3);
  return {.columns = columns,
          .rows = (n + columns - 1) / columns,
          .panel_width = 940 / columns - 130,
          .panel_height = 22 * static_cast<int>(n_phases),
          .left = 130,
          .right = 10,
          .top = 34,
          .bottom = 14,
          .gap = 130};
}

// Adds the work's rows and returns the command that draws its bars, each with its seconds and share
// behind it.
std::string draw_bars(const TimedWork& work, Table& table) {
  const double total = total_seconds(work);
  const std::size_t first = table.size();
  for (std::size_t p = 0; p < work.seconds.size(); ++p) {
    const auto& [phase, seconds] = work.seconds[p];
    table.add(
        {work.label, phase, -static_cast<double>(p), seconds, total > 0 ? seconds / total : 0});
  }
  const std::string source = csv_rows(kName, first, table.size() - 1) + " using ";
  constexpr double kRoomForLabel = 2;
  const double widest = std::max(work.seconds.front().second, 1e-9);
  return "set xrange [0:" + number_text(kRoomForLabel * widest) + "]\nplot " + source +
         "(0):'place':(0):'seconds':(column('place')-0.33):(column('place')+0.33)"
         ":ytic(strcol('phase')) with boxxyerror lc rgb '#56B4E9', " +
         source +
         "'seconds':'place':(sprintf(' %.3g s  %.0f%%', column('seconds'), "
         "100*column('share'))) with labels left font ',9'\n";
}

/// One process, for one, communicates in no time.
std::vector<TimedWork> without_idle_phases(std::vector<TimedWork> works) {
  for (auto& work : works) {
    std::erase_if(work.seconds, [](const auto& phase) { return !(phase.second > 0); });
  }
  return works;
}

/// "mlp spent 62% of its time in backward. ": of every work.
std::string longest_phases(const std::vector<TimedWork>& works) {
  std::string text;
  for (const auto& work : works) {
    const double total = total_seconds(work);
    if (total <= 0) continue;
    const auto& [phase, seconds] = work.seconds.front();
    text += work.label + " spent " + std::to_string(std::lround(100 * seconds / total)) +
            "% of its time in " + phase + ". ";
  }
  return text;
}

}  // namespace

Figure draw_seconds(const FigureFolder& folder, const std::vector<TimedWork>& all_works) {
  const auto works = without_idle_phases(all_works);
  std::size_t n_phases = 1;
  for (const auto& work : works) n_phases = std::max(n_phases, work.seconds.size());
  const PanelGrid grid = grid_for(works.size(), n_phases);
  Table table({"work", "phase", "place", "seconds", "share"});
  std::string commands =
      "set multiplot\nunset key\nset border 2\nunset grid\nunset xtics\n"
      "set ytics scale 0 noenhanced\nset style fill solid 1 noborder\nset yrange [" +
      number_text(0.4 - static_cast<double>(n_phases)) + ":0.6]\n";
  int place = 0;
  for (const auto& work : works) {
    if (work.seconds.empty()) continue;
    const std::string title = work.label + ": " + number_text(total_seconds(work), 3) + " s";
    commands +=
        grid.frame(place % grid.columns, place / grid.columns, title, "") + draw_bars(work, table);
    ++place;
  }
  const std::string caption = longest_phases(works) +
                              "Wall-clock seconds by phase, longest first, each panel on its own "
                              "scale; generating the flows is not counted here.";
  return folder.draw({kName, "Where the time went", caption, grid.width(), grid.height()},
                     {{"", table}}, commands);
}

}  // namespace lagoon::pipelines
