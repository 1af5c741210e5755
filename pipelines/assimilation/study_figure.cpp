#include "pipelines/assimilation/study_figure.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "pipelines/assimilation/figures/method_lines.hpp"
#include "pipelines/assimilation/scores/picture_findings.hpp"

namespace lagoon::pipelines {
namespace {

/// A panel of a study.
struct StudyPanel {
  const char* column;
  const char* title;
  std::function<flow::Estimate(const MethodResult&)> estimate;
};

const std::vector<StudyPanel>& study_panels() {
  static const std::vector<StudyPanel> kPanels = {
      {"relative_error", "relative error of ψ",
       [](const MethodResult& r) { return r.scores.relative_error; }},
      {"crps", "CRPS of standardised coefficients",
       [](const MethodResult& r) { return r.scores.crps; }},
      {"coverage", "coverage of 90% intervals",
       [](const MethodResult& r) { return r.scores.coverage[flow::kNinetyPercent]; }},
      {"information", "information, nats", [](const MethodResult& r) { return r.information; }}};
  return kPanels;
}

/// Only normal laws have an information.
bool has_points(const StudyPanel& panel, const std::vector<std::vector<MethodResult>>& settings) {
  return std::ranges::any_of(settings, [&](const auto& results) {
    return std::ranges::any_of(results, [&](const MethodResult& result) {
      return result.reason.empty() && std::isfinite(panel.estimate(result).value);
    });
  });
}

std::vector<Rows> add_study_rows(const std::vector<std::vector<MethodResult>>& settings,
                                 const Study& study, Table& table) {
  std::vector<Rows> lines;
  for (const char* name : kMethodNames) {
    Rows line{name, "", table.size(), table.size()};
    for (std::size_t s = 0; s < settings.size(); ++s) {
      const auto& result = *std::ranges::find(settings[s], name, &MethodResult::name);
      if (!result.reason.empty()) continue;
      line.title = result.title;
      std::vector<Cell> row = {name, study.settings[s].value};
      for (const auto& panel : study_panels()) add_estimate(row, panel.estimate(result));
      line.last = table.add(std::move(row));
    }
    if (!line.title.empty()) lines.push_back(line);
  }
  return lines;
}

/// Tics at all values, numbers only where they do not touch the one before.
std::string value_tics(const Study& study, double width) {
  constexpr double kRoomForNumber = 0.045;
  std::vector<double> values;
  for (const auto& setting : study.settings) values.push_back(setting.value);
  std::ranges::sort(values);
  std::string tics;
  double numbered = -std::numeric_limits<double>::infinity();
  for (const double value : values) {
    const bool has_room = value - numbered >= kRoomForNumber * width;
    if (has_room) numbered = value;
    tics += (tics.empty() ? "" : ",") + std::string(has_room ? "" : "'' ") + number_text(value);
  }
  return "set xtics (" + tics + ")\n";
}

/// The axis of what is varied, a little wider than its values, which are its tics if it is
/// logarithmic or they are few.
std::string study_axis(const Study& study) {
  constexpr std::size_t kFew = 6;
  const auto [first, last] = std::ranges::minmax(study.settings, {}, &StudySetting::value);
  if (!study.logarithmic) {
    const double width = last.value - first.value;
    const double room = 0.03 * width;
    return "set xrange [" + number_text(first.value - room) + ":" + number_text(last.value + room) +
           "]\n" + (study.settings.size() <= kFew ? value_tics(study, width) : "");
  }
  return "set logscale x\nset xrange [" + number_text(first.value / 1.1) + ":" +
         number_text(last.value * 1.1) + "]\n" + value_tics(study, 0);
}

/// From zero; of coverage, what holds the bars and 0.9.
std::string study_range(const StudyPanel& panel,
                        const std::vector<std::vector<MethodResult>>& settings) {
  if (std::string(panel.column) != "coverage") return "set yrange [0:*]\n";
  constexpr double kStep = 0.05, kRoom = 0.01;
  double low = 0.9, high = 0.9;
  for (const auto& results : settings) {
    for (const auto& result : results) {
      if (!result.reason.empty()) continue;
      const auto inside = panel.estimate(result);
      for (const double bound : {inside.value, inside.lower, inside.upper}) {
        if (!std::isfinite(bound)) continue;
        low = std::min(low, bound);
        high = std::max(high, bound);
      }
    }
  }
  low = std::max(-kRoom, kStep * std::floor((low - kRoom) / kStep));
  high = std::min(1 + kRoom, kStep * std::ceil((high + kRoom) / kStep));
  return "set yrange [" + number_text(low) + ":" + number_text(high) + "]\n";
}

std::string study_panel(const std::string& file, const StudyPanel& panel,
                        const std::vector<Rows>& lines) {
  std::string text = "plot ";
  const std::string column = panel.column;
  if (column == "coverage") text += "0.9 with lines lc rgb '#888888' lw 1 dt (2,3) notitle, ";
  IntervalPlot plot;
  for (const auto& line : lines) {
    const std::string source = every(file, line) + " using 'value':'" + column + "'";
    plot.add(source, column + "_low", column + "_high", colour_of(line.name),
             "linespoints " + line_of(line.name));
  }
  return text + plot.text();
}

}  // namespace

Figure draw_study(const FigureFolder& folder, const Study& study,
                  const std::vector<std::vector<MethodResult>>& settings) {
  const std::string name = "study";
  std::vector<std::string> measures;
  for (const auto& panel : study_panels()) measures.emplace_back(panel.column);
  Table table(with_intervals({"method", "value"}, measures));
  const auto lines = add_study_rows(settings, study, table);
  const PanelGrid grid = curve_panels(2, 210, footer_for(lines.size()));
  std::string commands = "set bars 0.5\nset datafile missing 'nan'\n" + study_axis(study) +
                         "set multiplot\nunset key\n";
  for (std::size_t p = 0; p < study_panels().size(); ++p) {
    const auto& panel = study_panels()[p];
    if (!has_points(panel, settings)) continue;
    commands += grid.frame(static_cast<int>(p % 2), static_cast<int>(p / 2), panel.title,
                           p < 2 ? "" : study.axis) +
                study_range(panel, settings) + study_panel(name, panel, lines);
  }
  commands += grid.key(key_of(lines), 3);
  return folder.draw(
      {name, study.title,
       study_finding(study, settings) +
           "Each point: the same number of twins, of which the first are the same at "
           "every setting. Information is that of normal posteriors, 1/2 log of the "
           "prior's volume over theirs. The axis of coverage need not begin at zero. Bars: 95% "
           "bootstrap intervals over twins.",
       grid.width(), grid.height()},
      {{"", table}}, commands);
}

}  // namespace lagoon::pipelines
