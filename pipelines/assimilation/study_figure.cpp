#include "pipelines/assimilation/study_figure.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "pipelines/assimilation/figures/method_lines.hpp"

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
       [](const MethodResult& r) { return r.scores.coverage[2]; }},
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

/// The axis of what is varied, a little wider than its values, which are its tics if it is
/// logarithmic.
std::string study_axis(const Study& study) {
  const auto [first, last] = std::ranges::minmax(study.settings, {}, &StudySetting::value);
  if (!study.logarithmic) {
    const double room = 0.03 * (last.value - first.value);
    return "set xrange [" + number_text(first.value - room) + ":" + number_text(last.value + room) +
           "]\n";
  }
  std::string tics;
  for (const auto& setting : study.settings)
    tics += (tics.empty() ? "" : ",") + number_text(setting.value);
  return "set logscale x\nset xrange [" + number_text(first.value / 1.1) + ":" +
         number_text(last.value * 1.1) + "]\nset xtics (" + tics + ")\n";
}

std::string study_panel(const std::string& file, const StudyPanel& panel,
                        const std::vector<Rows>& lines) {
  std::string text = "plot ";
  const std::string column = panel.column;
  if (column == "coverage") text += "0.9 with lines lc rgb '#888888' lw 1 dt (2,3) notitle, ";
  for (const auto& line : lines) {
    const std::string source = every(file, line) + " using 'value':'" + column + "'";
    text += with_interval_bars(source, column + "_low", column + "_high", line.name, "linespoints");
  }
  return text + "NaN notitle\n";
}

}  // namespace

Figure draw_study(const FigureFolder& folder, const Study& study,
                  const std::vector<std::vector<MethodResult>>& settings) {
  const std::string name = "study";
  std::vector<std::string> measures;
  for (const auto& panel : study_panels()) measures.emplace_back(panel.column);
  Table table(with_estimates({"method", "value"}, measures));
  const auto lines = add_study_rows(settings, study, table);
  const PanelGrid grid = curve_panels(2, 210, footer_for(lines.size()));
  std::string commands = "set yrange [0:*]\nset bars 0.5\nset datafile missing 'nan'\n" +
                         study_axis(study) + "set multiplot\nunset key\n";
  for (std::size_t p = 0; p < study_panels().size(); ++p) {
    const auto& panel = study_panels()[p];
    if (!has_points(panel, settings)) continue;
    commands += grid.frame(static_cast<int>(p % 2), static_cast<int>(p / 2), panel.title,
                           p < 2 ? "" : study.axis) +
                study_panel(name, panel, lines);
  }
  commands += grid.key(key_of(lines), 3);
  return folder.draw({name, study.title,
                      "Each point: the same number of twins, of which the first are the same at "
                      "every setting. Information is that of normal posteriors, 1/2 log of the "
                      "prior's volume over theirs. Bars: 95% bootstrap intervals over twins.",
                      grid.width(), grid.height()},
                     {{"", table}}, commands);
}

}  // namespace lagoon::pipelines
