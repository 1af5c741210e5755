#include "pipelines/figures/library_figure.hpp"

#include <algorithm>
#include <cmath>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/retrieval/statistics.hpp"

namespace lagoon::pipelines {
namespace {

// Few lines can be told apart: fewer depths when more retrievals share the picture.
std::vector<int> shown_depths(std::size_t n_retrievals) {
  if (n_retrievals == 1) return {1, 5, 10};
  if (n_retrievals <= 3) return {1, 5};
  return {1};
}

struct CurveLine {
  std::string direction;
  std::string label;
  std::size_t style = 0;
  std::size_t first = 0;
  std::size_t last = 0;
};

std::vector<CurveLine> add_curves(Table& table, const std::vector<RetrievalRecord>& retrievals) {
  std::vector<CurveLine> lines;
  for (const auto& direction : kDirections) {
    std::size_t style = 0;
    for (const auto& retrieval : retrievals) {
      for (const int k : shown_depths(retrievals.size())) {
        const std::string prefix = retrievals.size() == 1 ? "" : retrieval.label + ", ";
        CurveLine line{direction.key, prefix + "recall@" + std::to_string(k), style++, table.size(),
                       0};
        for (const auto& [size, recall] : retrieval.curve) {
          const double share = recall.at(direction.key).at(k);
          const Interval interval = wilson_interval(share, retrieval.n_queries);
          line.last = table.add(
              {retrieval.label, direction.key, k, size, share, interval.low, interval.high});
        }
        lines.push_back(line);
      }
    }
  }
  return lines;
}

std::vector<PanelGrid::KeyEntry> key_of(const std::vector<CurveLine>& lines) {
  std::vector<PanelGrid::KeyEntry> entries;
  for (const auto& line : lines) {
    if (line.direction != kDirections.front().key) continue;
    entries.push_back({"linespoints " + line_style_text(line.style), line.label});
  }
  return entries;
}

// Powers of four, and the whole library's size instead of one that would stand too near.
std::string size_tics(const std::vector<RetrievalRecord>& retrievals) {
  std::int64_t largest = 0;
  for (const auto& retrieval : retrievals) largest = std::max(largest, retrieval.library_size);
  std::string tics;
  for (std::int64_t size = 16; 2 * size <= largest; size *= 4) tics += std::to_string(size) + ",";
  return "set logscale x 2\nset xtics (" + tics + std::to_string(largest) + ")\n";
}

double lowest_recall(const std::vector<RetrievalRecord>& retrievals) {
  double lowest = 0.9;
  for (const auto& retrieval : retrievals) {
    for (const auto& direction : kDirections) {
      const double share = retrieval.recall.at(direction.key).at(1);
      lowest = std::min(lowest, wilson_interval(share, retrieval.n_queries).low);
    }
  }
  return std::floor(10 * lowest) / 10;
}

std::string curves_caption(const std::vector<RetrievalRecord>& retrievals) {
  const auto recall_at_1 = [](const RetrievalRecord& retrieval) {
    return retrieval.recall.at(kDirections.front().key).at(1);
  };
  const auto& best = *std::ranges::max_element(retrievals, {}, recall_at_1);
  const std::string whose = retrievals.size() > 1 ? "Highest is " + best.label + ": " : "Here ";
  return whose + first_places_text(best.recall, best.library_size, best.n_queries) +
         ". Recall falls as more flows compete with the true one. Each point is the expectation "
         "over all sub-libraries of that size that hold the truth; bars are 95% intervals for the "
         "number of queries. The vertical axis need not begin at zero.";
}

}  // namespace

Figure draw_library_curves(const FigureFolder& folder,
                           const std::vector<RetrievalRecord>& retrievals) {
  const std::string name = "library_size";
  Table table({"retrieval", "direction", "k", "library_size", "recall", "low", "high"});
  const auto lines = add_curves(table, retrievals);
  const std::size_t n_lines = lines.size() / kDirections.size();
  const PanelGrid grid = curve_panels(1, 210, 10 + 22 * static_cast<int>((n_lines + 2) / 3));
  std::string commands = "set yrange [" + number_text(lowest_recall(retrievals)) + ":1]\n" +
                         size_tics(retrievals) +
                         "set bars 0.5\nset multiplot\nunset key\nset ylabel 'share of queries'\n";
  for (int column = 0; column < 2; ++column) {
    const auto& direction = kDirections[static_cast<std::size_t>(column)];
    if (column == 1) commands += "unset ylabel\n";
    IntervalPlot plot;
    for (const auto& line : lines) {
      if (line.direction != direction.key) continue;
      const std::string source =
          csv_rows(name, line.first, line.last) + " using 'library_size':'recall'";
      plot.add(source, "low", "high", line_style(line.style).colour,
               "linespoints " + line_style_text(line.style));
    }
    commands += grid.frame(column, 0, direction.title, "flows in the library (logarithmic)") +
                "plot " + plot.text();
  }
  commands += grid.key(key_of(lines), 3);
  return folder.draw({name, "Recall against library size", curves_caption(retrievals), grid.width(),
                      grid.height()},
                     {{"", table}}, commands);
}

}  // namespace lagoon::pipelines
