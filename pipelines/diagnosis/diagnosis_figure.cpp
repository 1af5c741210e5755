#include "pipelines/diagnosis/diagnosis_figure.hpp"

#include <algorithm>
#include <map>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/retrieval/statistics.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

/// Densities, so that bins of any width compare.
Table cosine_table(const contrastive::CosineHistogram& histogram) {
  Table table({"cosine", "density", "law"});
  for (std::size_t b = 0; b < histogram.left.size(); ++b) {
    table.add({histogram.left[b] + histogram.width / 2, histogram.share[b] / histogram.width,
               histogram.expected[b] / histogram.width});
  }
  return table;
}

/// Rows by the number of queries that have them among their best.
Table hub_table(const Diagnosis& diagnosis) {
  std::map<std::int64_t, std::array<std::int64_t, 2>> rows;
  for (const std::int64_t n : diagnosis.eulerian.hubs.occurrences) ++rows[n][0];
  for (const std::int64_t n : diagnosis.lagrangian.hubs.occurrences) ++rows[n][1];
  Table table({"occurrences", "flows", "trajectories"});
  for (const auto& [occurrences, counts] : rows) table.add({occurrences, counts[0], counts[1]});
  return table;
}

Table reliability_table(const contrastive::Reliability& reliability) {
  Table table({"confidence", "accuracy", "low", "high", "queries"});
  for (const auto& bin : reliability.bins) {
    const Interval interval = wilson_interval(bin.accuracy.value, bin.n);
    table.add({bin.confidence, bin.accuracy.value, interval.low, interval.high, bin.n});
  }
  return table;
}

std::string cosine_panel(const PanelGrid& grid, int column, const std::string& title,
                         const std::string& file) {
  return grid.frame(column, 0, title, "cosine of two of them") + "plot '" + file +
         "' using 'cosine':'density' with boxes fs solid 0.35 noborder lc rgb '#" +
         line_style(0).colour + "' title 'pairs', '' using 'cosine':'law' with lines lc rgb '#" +
         line_style(1).colour + "' lw 1.6 title 'uniform directions'\n";
}

std::string hub_panel(const PanelGrid& grid) {
  return grid.frame(0, 1, "how often a row is an answer", "queries with it among their 10 best") +
         "set key top right noreverse Right\nset logscale y\nset ylabel 'rows of the library'\n"
         "set yrange [0.8:*]\nset xrange [-0.5:*]\n"
         "plot 'diagnostics_hubs.csv' using 'occurrences':'flows' with points linestyle 1 title "
         "'flows', '' using 'occurrences':'trajectories' with points linestyle 2 title "
         "'trajectories'\nunset logscale y\n";
}

std::string reliability_panel(const PanelGrid& grid) {
  return grid.frame(1, 1, "is the weight a probability?", "weight of the best flow") +
         "unset key\nset xrange [0:1]\nset yrange [0:1]\nset bars 0.5\n"
         "set ylabel 'share in which it is true'\n"
         "plot x with lines lc rgb '#777777' lw 0.9 dt (2,3) notitle, "
         "'diagnostics_reliability.csv' using 'confidence':'accuracy':'low':'high' with "
         "yerrorbars linestyle 1 lw 0.9 dt solid notitle\n";
}

/// "too sure: the best flow is the true one in 0.62 of the cases, at a mean weight of 0.81"; what
/// chance explains is not told apart from a probability.
std::string weights_text(const contrastive::Reliability& reliability) {
  constexpr double kChance = 0.05;
  if (reliability.p_value >= kChance) {
    return "not shown to be off as probabilities: a calibration error of " +
           figures_text(reliability.expected_error) + ", " +
           figures_text(reliability.if_calibrated) + " by chance alone";
  }
  double n = 0, confidence = 0, accuracy = 0;
  for (const auto& bin : reliability.bins) {
    n += static_cast<double>(bin.n);
    confidence += static_cast<double>(bin.n) * bin.confidence;
    accuracy += static_cast<double>(bin.n) * bin.accuracy.value;
  }
  return std::string(accuracy < confidence ? "too sure" : "too unsure") +
         ": the best flow is the true one in " + figures_text(accuracy / n) +
         " of the cases, at a mean weight of " + figures_text(confidence / n);
}

}  // namespace

std::string diagnosis_finding(const Diagnosis& diagnosis) {
  const auto& hubs = diagnosis.eulerian.hubs;
  return "The weights are " + weights_text(diagnosis.reliability) +
         ". The greatest hub is among the " + std::to_string(hubs.k) + " best flows of " +
         figures_text(hubs.largest_share) + " of the trajectories. ";
}

Figure draw_diagnosis(const FigureFolder& folder, const Diagnosis& diagnosis) {
  PanelGrid grid = curve_panels(2, 200, 0);
  grid.bottom = 52;
  grid.left = 90;  // labels of rows, of which there may be thousands
  grid.gap = 80;
  const std::string commands =
      "set multiplot\nset boxwidth 1 relative\nset key top left Left reverse noenhanced\nset "
      "yrange [0:*]\n"
      "set offsets 0, 0, graph 0.3, 0\n"
      "set ylabel 'density'\n" +
      cosine_panel(grid, 0, "embeddings of flows", "diagnostics_flows.csv") +
      "unset ylabel\nunset key\n" +
      cosine_panel(grid, 1, "embeddings of trajectories", "diagnostics_trajectories.csv") +
      "unset boxwidth\nunset offsets\n" + hub_panel(grid) + reliability_panel(grid);
  const std::string caption =
      diagnosis_finding(diagnosis) +
      "Above: cosines of pairs of embeddings; on the line, they fill the sphere evenly. Below: of "
      "the library's rows, how many are among the ten best of so many queries (far to the right "
      "are hubs, that answer everything); and on the dotted line the weights are honest "
      "probabilities (bars: 95% intervals).";
  return folder.draw(
      {"diagnostics", "Diagnostics of the embeddings", caption, grid.width(), grid.height()},
      {{"_flows", cosine_table(diagnosis.eulerian.histogram)},
       {"_trajectories", cosine_table(diagnosis.lagrangian.histogram)},
       {"_hubs", hub_table(diagnosis)},
       {"_reliability", reliability_table(diagnosis.reliability)}},
      commands);
}

}  // namespace lagoon::pipelines
