#include "pipelines/assimilation/observed/score_panels.hpp"

#include <algorithm>
#include <cmath>

#include "pipelines/assimilation/figures/method_lines.hpp"

namespace lagoon::pipelines {
namespace {

/// Rows of a part in the table.
struct PartRows {
  std::size_t first = 0;
  std::size_t last = 0;
};

PartRows add_rows(const HeldOutPart& part, Table& table) {
  PartRows rows{table.size(), 0};
  for (std::size_t m = 0; m < part.methods.size(); ++m) {
    const auto& s = part.scores[m];
    std::vector<Cell> row = {part.name, part.titles[m],
                             static_cast<double>(part.methods.size() - m)};
    for (const auto& estimate : {s.rms_error, s.coverage[flow::kNinetyPercent]}) {
      add_estimate(row, estimate);
    }
    rows.last = table.add(std::move(row));
  }
  return rows;
}

std::string panel(const std::string& name, const PartRows& rows, const std::string& column) {
  return "plot " + csv_rows(name, rows.first, rows.last) + " using '" + column + "':'place':'" +
         column + "_low':'" + column + "_high'" + (column == "error" ? ":ytic(2)" : "") +
         " with xerrorbars lc rgb '#" + kLineStyles[column == "coverage"].colour +
         "' lw 1.6 pt 7 ps 0.9 notitle";
}

}  // namespace

Figure draw_score_panels(const FigureFolder& folder, const std::vector<HeldOutPart>& parts) {
  const std::string name = "scores";
  Table table(with_intervals({"part", "title", "place"}, {"error", "coverage"}));
  std::size_t most = 0;
  for (const auto& part : parts) most = std::max(most, part.methods.size());
  const PanelGrid grid{.columns = 2,
                       .rows = static_cast<int>(parts.size()),
                       .panel_width = 330,
                       .panel_height = 30 + 26 * static_cast<int>(most),
                       .left = 210,
                       .right = 24,
                       .top = 40,
                       .bottom = 50,
                       .gap = 30};
  std::string commands =
      "set multiplot\nunset key\nset bars 0.6\nset datafile missing 'nan'\nset grid x\n";
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const auto& part = parts[p];
    const PartRows rows = add_rows(part, table);
    const int row = static_cast<int>(p);
    commands += "set yrange [0.4:" + number_text(static_cast<double>(part.methods.size()) + 0.6) +
                "]\nset ytics format '%s'\nset xrange [0:*]\nset xtics autofreq\n" +
                grid.frame(0, row, part.title, "rms error, " + part.unit) +
                panel(name, rows, "error") + "\n";
    commands += "set ytics format ''\nset xrange [0:1]\nset xtics 0.2\n" +
                grid.frame(1, row, "Inside 90% intervals", "share of held-out numbers") +
                panel(name, rows, "coverage") + ", '+' using (0.9):($0 / 50.0 * " +
                std::to_string(most + 1) + ") with lines lc rgb '#444444' lw 1 dt (3,3) notitle\n";
  }
  commands += "unset multiplot\n";
  return folder.draw({name, "Errors and coverage",
                      "Bars: 95% bootstrap intervals. A method whose points lie on the dashed line "
                      "is right to be as sure as it is; methods without a point give no spread.",
                      grid.width(), grid.height()},
                     {{"", table}}, commands);
}

}  // namespace lagoon::pipelines
