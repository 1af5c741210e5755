#include "pipelines/assimilation/figures/skill_figures.hpp"

#include <algorithm>
#include <set>

#include "pipelines/assimilation/figures/method_lines.hpp"
#include "pipelines/assimilation/scores/picture_findings.hpp"

namespace lagoon::pipelines {
namespace {

flow::Estimate at_shell(const std::map<int, flow::Estimate>& shells, int shell) {
  const auto found = shells.find(shell);
  return found == shells.end() ? flow::Estimate{kNoNumber, kNoNumber, kNoNumber} : found->second;
}

std::string columns(const std::string& x, const std::string& y) {
  return " using '" + x + "':'" + y + "'";
}

/// Points with bars, a line a method, beside a dotted 1; side by side, for methods may agree.
std::string shells_plot(const std::string& file, const std::vector<Rows>& lines,
                        const std::string& y) {
  IntervalPlot plot;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string source = every(file, lines[i]) + " using " +
                               beside("wavenumber", i, lines.size(), 0.03) + ":'" + y + "'";
    plot.add(source, y + "_low", y + "_high", colour_of(lines[i].name),
             "linespoints " + line_of(lines[i].name));
  }
  return "plot 1 with lines lc rgb '#888888' lw 1 dt (2,3) notitle, " + plot.text();
}

/// A few of a line's rows, others than those of the lines beside it: where lines coincide, the
/// points still tell them apart.
std::string staggered(const std::string& file, const std::vector<Rows>& lines, std::size_t i) {
  const std::size_t n_rows = lines[i].last - lines[i].first + 1;
  const std::size_t step = std::max(n_rows / 4, std::min(lines.size(), n_rows));
  const std::size_t first = lines[i].first + i * step / lines.size();
  return "'" + file + ".csv' every " + std::to_string(step) + "::" + std::to_string(first) +
         "::" + std::to_string(lines[i].last);
}

/// Lines in the bands of their intervals, beside that of persistence.
std::string curves_plot(const std::string& file, const std::vector<Rows>& lines,
                        const std::string& y, const std::string& persistence) {
  std::string text = "plot ";
  for (const auto& line : lines) {
    text += every(file, line) + columns("time", y + "_low") + ":'" + y +
            "_high' with filledcurves fs transparent solid 0.15 noborder lc rgb '#" +
            colour_of(line.name) + "' notitle, ";
  }
  text += persistence + " with lines lc rgb '#888888' lw 1.2 dt (2,3) notitle, ";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += every(file, lines[i]) + columns("time", y) + " with lines " + line_of(lines[i].name) +
            " notitle, " + staggered(file, lines, i) + columns("time", y) + " with points " +
            line_of(lines[i].name) + " notitle, ";
  }
  return text + "NaN notitle\n";
}

/// Room around the values that gnuplot chooses axes for.
constexpr const char* kRoomAbove = "set offsets 0, 0, graph 0.05, 0\n";

std::vector<Rows> add_shells(const std::vector<MethodResult>& results, Table& table) {
  std::vector<Rows> lines;
  for (const auto* result : existing(results)) {
    const auto& scores = result->scores;
    std::set<int> shells;
    for (const auto& [shell, error] : scores.velocity_by_wavenumber) shells.insert(shell);
    Rows line{result->name, result->title, table.size(), 0};
    for (const int shell : shells) {
      std::vector<Cell> row = {result->name, static_cast<double>(shell)};
      add_estimate(row, at_shell(scores.psi_by_wavenumber, shell));
      add_estimate(row, at_shell(scores.velocity_by_wavenumber, shell));
      line.last = table.add(std::move(row));
    }
    lines.push_back(line);
  }
  return lines;
}

std::vector<Rows> add_curves(const std::vector<MethodResult>& results, double last_time,
                             Table& table) {
  std::vector<Rows> lines;
  for (const auto* result : existing(results)) {
    if (!result->forecast) continue;
    const auto& forecast = *result->forecast;
    Rows line{result->name, result->title, table.size(), 0};
    for (std::size_t j = 0; j < forecast.separation.size(); ++j) {
      const double share =
          static_cast<double>(j + 1) / static_cast<double>(forecast.separation.size());
      std::vector<Cell> row = {result->name, share * last_time};
      add_estimate(row, forecast.separation[j]);
      add_estimate(row, forecast.persistence[j]);
      add_estimate(row, forecast.errors[j]);
      line.last = table.add(std::move(row));
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

Figure draw_wavenumbers(const FigureFolder& folder, const std::vector<MethodResult>& results) {
  const std::string name = "wavenumbers";
  Table table(with_intervals({"method", "wavenumber"}, {"psi", "velocity"}));
  const auto lines = add_shells(results, table);
  const PanelGrid grid = curve_panels(1, 240, footer_for(lines.size()));
  const auto& shells = existing(results).front()->scores.velocity_by_wavenumber;
  const int first = shells.begin()->first, last = shells.rbegin()->first;
  std::string commands =
      "set yrange [0:*]\nset xtics 1\nset bars 0.5\nset datafile missing 'nan'\nset xrange [" +
      number_text(first - 0.3) + ":" + number_text(last + 0.3) + "]\n" + kRoomAbove +
      "set multiplot\nunset key\n";
  int column = 0;
  for (const auto& [score, title] :
       {std::pair{"psi", "relative error of ψ"}, {"velocity", "relative error of velocity"}}) {
    commands +=
        grid.frame(column++, 0, title, "wavenumber |k|, rounded") + shells_plot(name, lines, score);
  }
  commands += "set offsets 0, 0, 0, 0\n" + grid.key(key_of(lines), 3);
  return folder.draw(
      {name, "Error by wavenumber",
       wavenumbers_finding(results) +
           "Of the posterior's mean, over the torus and [0, T], relative to what the truth has at that "
           "wavenumber. On the dotted line a mean knows no more than the prior's, which is 0; above "
           "it, less. Bars: 95% bootstrap intervals over queries.",
       grid.width(), grid.height()},
      {{"", table}}, commands);
}

Figure draw_forecasts(const FigureFolder& folder, double last_time,
                      const std::vector<MethodResult>& results) {
  const std::string name = "forecasts";
  Table table(
      with_intervals({"method", "time"}, {"separation", "persistence", "relative_separation"}));
  const auto lines = add_curves(results, last_time, table);
  const PanelGrid grid = curve_panels(1, 240, footer_for(lines.size()));
  const std::string persistence = every(name, lines.front()) + columns("time", "persistence");
  const std::string commands =
      "set yrange [0:*]\nset xrange [0:" + number_text(last_time) + "]\n" + kRoomAbove +
      "set multiplot\nunset key\n" + grid.frame(0, 0, "separation / way gone by T", "time") +
      curves_plot(name, lines, "separation", persistence) +
      grid.frame(1, 0, "separation / way gone so far", "time") +
      curves_plot(name, lines, "relative_separation", "1") + grid.key(key_of(lines), 3);
  return folder.draw(
      {name, "Forecasts of unseen drifters",
       forecasts_finding(results) +
           "Time is nondimensional. Mean distance between where the true flow takes drifters that were released elsewhere and "
           "where the flow of the posterior's mean does. A forecast that reaches the dotted line is "
           "worth no more than drifters that stay where they are. Bands: 95% bootstrap intervals over "
           "queries.",
       grid.width(), grid.height()},
      {{"", table}}, commands);
}

}  // namespace lagoon::pipelines
