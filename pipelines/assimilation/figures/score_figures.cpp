#include "pipelines/assimilation/figures/score_figures.hpp"

#include <algorithm>
#include <numeric>

#include "pipelines/assimilation/figures/method_lines.hpp"
#include "pipelines/assimilation/scores/picture_findings.hpp"

namespace lagoon::pipelines {

namespace {

/// Methods that agree stand side by side, within less than what levels are apart.
double coverage_apart(std::size_t n_methods) {
  return std::min(0.008, 0.036 / static_cast<double>(n_methods));
}

/// What intervals claim, as wide as the methods beside one another: a diagonal would be compared
/// with places that are not theirs.
std::string claim_marks(std::size_t n_methods) {
  const double half_width =
      coverage_apart(n_methods) * static_cast<double>(n_methods - 1) / 2 + 0.006;
  std::string text;
  for (const double level : flow::kCoverageLevels) {
    text += "set arrow from " + number_text(level - half_width) + "," + number_text(level) +
            " to " + number_text(level + half_width) + "," + number_text(level) +
            " nohead back lc rgb '#888888' lw 1.5\n";
  }
  return text;
}

}  // namespace

Figure draw_coverage(const FigureFolder& folder, const std::vector<MethodResult>& results) {
  const std::string name = "coverage";
  Table table({"method", "nominal", "observed", "low", "high"});
  std::vector<Rows> lines;
  for (const auto* result : existing(results)) {
    Rows line{result->name, result->title, table.size(), 0};
    for (std::size_t level = 0; level < flow::kCoverageLevels.size(); ++level) {
      const auto& estimate = result->scores.coverage[level];
      line.last = table.add({result->name, flow::kCoverageLevels[level], estimate.value,
                             estimate.lower, estimate.upper});
    }
    lines.push_back(line);
  }
  PanelGrid grid = curve_panels(1, 320, footer_for(lines.size()));
  grid.columns = 1;
  grid.panel_width = 560;
  std::string commands = "set xrange [0.45:1]\nset yrange [0:1]\nset bars 0.5\n" +
                         claim_marks(lines.size()) +
                         "set multiplot\nunset key\nset ylabel 'share of truths inside'\n" +
                         grid.frame(0, 0, "", "probability that the interval claims");
  const double apart = coverage_apart(lines.size());
  IntervalPlot plot;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string source = every(name, lines[i]) + " using " +
                               beside("nominal", i, lines.size(), apart) + ":'observed'";
    plot.add(source, "low", "high", colour_of(lines[i].name), "points " + line_of(lines[i].name));
  }
  commands += "plot " + plot.text() + "unset arrow\n" + grid.key(key_of(lines, "points"), 3);
  return folder.draw(
      {name, "Coverage of central intervals",
       coverage_finding(results) +
           "Share of the truth's coefficients inside each method's central intervals of 50, 80, 90 and "
           "95%. On the grey mark a method is right to be as sure as it is; below it, it is too "
           "sure. Bars: 95% bootstrap intervals over queries; methods stand side by side.",
       grid.width(), grid.height()},
      {{"", table}}, commands);
}

namespace {

/// None of so few queries that the tests do not speak either.
std::string chi_squared_text(const flow::SimulationBasedCalibration::Result& ranks) {
  if (verdict_of(ranks) == kTooFewQueries) return "";
  return ", χ² " + number_text(ranks.pooled.chi_squared, 3);
}

/// A method's histogram in a panel: counts over what chance alone would give.
std::string rank_panel(const std::string& file, const PanelGrid& grid, int panel,
                       const MethodResult& result, Table& table) {
  const auto& test = result.ranks.pooled;
  const auto bins = static_cast<double>(test.counts.size());
  const double total = std::accumulate(test.counts.begin(), test.counts.end(), 0.0);
  const double tallest = bins * *std::ranges::max_element(test.counts) / total;
  Rows rows{result.name, result.title, table.size(), 0};
  for (std::size_t b = 0; b < test.counts.size(); ++b) {
    const double place = (static_cast<double>(b) + 0.5) / bins;
    rows.last = table.add({result.name, place, bins * test.counts[b] / total});
  }
  const int column = panel % grid.columns;
  return std::string(column == 0 ? "set ylabel 'count over chance'\n" : "unset ylabel\n") +
         grid.frame(column, panel / grid.columns, result.title + chi_squared_text(result.ranks),
                    "place of the truth") +
         "set yrange [0:" + number_text(std::max(2.0, 1.1 * tallest)) + "]\nset ytics " +
         (tallest > 4 ? "2" : "1") + "\nplot " + every(file, rows) +
         " using 'place':'share' with boxes lc rgb '#" + colour_of(result.name) +
         "' notitle, 1 with lines lc rgb '#444444' lw 1 dt (8,4) notitle\n";
}

}  // namespace

Figure draw_ranks(const FigureFolder& folder, const std::vector<MethodResult>& results) {
  const std::string name = "ranks";
  const auto methods = existing(results);
  const int columns = std::min(3, static_cast<int>(methods.size()));
  const PanelGrid grid{.columns = columns,
                       .rows = (static_cast<int>(methods.size()) + columns - 1) / columns,
                       .panel_width = 250,
                       .panel_height = 130,
                       .left = 70,
                       .right = 20,
                       .top = 40,
                       .bottom = 44,
                       .gap = 50};
  Table table({"method", "place", "share"});
  std::string commands =
      "set multiplot\nunset key\nset xrange [0:1]\nset xtics 0.5\n"
      "set style fill solid 0.7 noborder\n";
  int panel = 0;
  for (const auto* method : methods) {
    commands += rank_panel(name, grid, panel++, *method, table);
  }
  commands += "unset multiplot\n";
  return folder.draw(
      {name, "Rank histograms",
       ranks_finding(results) + "Where the truth stands in each posterior, over " +
           std::to_string(methods.front()->ranks.by_functional.size()) +
           " fixed functionals of the flow and all queries, against what chance alone would give "
           "(dashed). Flat: calibrated; a U: too sure; a hill: too unsure. χ² of " +
           std::to_string(kRankBins - 1) +
           " degrees of freedom, if functionals of one query did not depend on one another: it "
           "ranks methods and has no p-value.",
       grid.width(), grid.height()},
      {{"", table}}, commands);
}

namespace {

std::string cost_caption(const std::vector<MethodResult>& results) {
  const bool has_prior = std::ranges::any_of(
      existing(results), [](const auto* result) { return result->name == "prior"; });
  return cost_finding(results) +
         "Below and to the left is better. What is done once for any number of queries (training, "
         "embedding a library) is not in the seconds; bars are 95% bootstrap intervals over "
         "queries." +
         (has_prior ? " The prior takes no work and is not drawn." : "");
}

}  // namespace

Figure draw_cost(const FigureFolder& folder, const std::vector<MethodResult>& results) {
  const std::string name = "cost";
  Table table(with_intervals({"method", "seconds"}, {"relative_error", "crps"}));
  std::vector<Rows> lines;
  for (const auto* result : existing(results)) {
    if (result->name == "prior") continue;
    const auto& scores = result->scores;
    std::vector<Cell> cells = {result->name, result->seconds_per_query.value};
    for (const auto& estimate : {scores.relative_error, scores.crps}) add_estimate(cells, estimate);
    const std::size_t row = table.add(std::move(cells));
    lines.push_back({result->name, result->title, row, row});
  }
  const PanelGrid grid = curve_panels(1, 250, footer_for(lines.size()));
  std::string commands =
      "set logscale x\nset format x '10^{%T}'\nset yrange [0:*]\nset offsets graph 0.1, graph 0.1, "
      "graph 0.1, 0\nset bars 0.5\nset multiplot\nunset key\n";
  int column = 0;
  for (const auto& [score, title] : {std::pair{"relative_error", "relative error of ψ"},
                                     {"crps", "CRPS of standardised coefficients"}}) {
    IntervalPlot plot;
    for (const auto& line : lines) {
      const std::string s = score;
      const std::string source = every(name, line) + " using 'seconds':'" + s + "'";
      plot.add(source, s + "_low", s + "_high", colour_of(line.name),
               "points " + line_of(line.name));
    }
    commands += grid.frame(column++, 0, title, "seconds a query on one thread (logarithmic)") +
                "plot " + plot.text();
  }
  commands += "set offsets 0,0,0,0\n" + grid.key(key_of(lines, "points"), 3);
  return folder.draw(
      {name, "Cost against skill", cost_caption(results), grid.width(), grid.height()},
      {{"", table}}, commands);
}

}  // namespace lagoon::pipelines
