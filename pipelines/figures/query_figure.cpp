#include "pipelines/figures/query_figure.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/retrieval/statistics.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

constexpr const char* kReference = "lines lc rgb '#777777' lw 0.9 dt (2,3)";

Table rank_table(const Evaluation& evaluation, std::int64_t library_size) {
  Table table({"rank", "lagrangian_to_eulerian", "eulerian_to_lagrangian", "chance"});
  const auto share = [&](std::size_t direction, int rank) {
    return contrastive::recall_at_k(evaluation.ranks.at(kDirections[direction].key), rank);
  };
  constexpr double kGrowth = 1.25;  // ten points a decade
  double next = 1;
  for (std::int64_t rank = 1; rank <= library_size; ++rank) {
    if (static_cast<double>(rank) < next && rank != library_size) continue;
    next = std::max(next * kGrowth, static_cast<double>(rank) + 1);
    const int k = static_cast<int>(rank);
    table.add({rank, share(0, k), share(1, k),
               static_cast<double>(rank) / static_cast<double>(library_size)});
  }
  return table;
}

Table sample_size_table(const Evaluation& evaluation) {
  constexpr int kSteps = 200;
  Table table({"effective_sample_size", "share"});
  for (int i = 0; i <= kSteps; ++i) {
    const double share = static_cast<double>(i) / kSteps;
    table.add({quantile(evaluation.posterior.effective_sample_size, share), share});
  }
  return table;
}

Table reliability_table(const Evaluation& evaluation) {
  constexpr int kBins = 10;
  struct Bin {
    double weight = 0, right = 0;
    std::int64_t n = 0;
  };
  std::vector<Bin> bins(kBins);
  const auto& ranks = evaluation.ranks.at(kDirections[0].key);
  for (std::size_t q = 0; q < evaluation.queries.size(); ++q) {
    const double weight = evaluation.posterior.top_weight[q];
    auto& bin = bins[static_cast<std::size_t>(std::min(kBins - 1.0, std::floor(kBins * weight)))];
    bin.weight += weight;
    bin.right += ranks.better[q] == 0 ? 1.0 / static_cast<double>(ranks.tied[q] + 1) : 0.0;
    ++bin.n;
  }
  Table table({"top_weight", "right", "low", "high", "queries"});
  for (const auto& [weight, right, n] : bins) {
    if (n == 0) continue;
    const double share = right / static_cast<double>(n);
    const Interval interval = wilson_interval(share, n);
    table.add({weight / static_cast<double>(n), share, interval.low, interval.high, n});
  }
  return table;
}

/// Of what the weights promise and what came true, over all queries.
std::string reliability_finding(const Evaluation& evaluation) {
  const auto n = static_cast<std::int64_t>(evaluation.queries.size());
  const auto& weights = evaluation.posterior.top_weight;
  const double promised =
      std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(n);
  const double right = contrastive::recall_at_k(evaluation.ranks.at(kDirections[0].key), 1);
  const Interval interval = wilson_interval(right, n);
  const char* verdict = promised > interval.high  ? "too sure"
                        : promised < interval.low ? "too modest"
                                                  : "honest within the interval";
  return "The best flow has weight " + decimals(promised, 3) +
         " on average and is the true one in " + share_text(right, n) +
         " of the queries: " + verdict + ". ";
}

}  // namespace

Figure draw_query_distributions(const FigureFolder& folder, const Evaluation& evaluation,
                                std::int64_t library_size) {
  const std::string name = "queries";
  const PanelGrid grid{.columns = 3,
                       .rows = 1,
                       .panel_width = 240,
                       .panel_height = 210,
                       .left = 72,
                       .right = 24,
                       .top = 34,
                       .bottom = 46,
                       .gap = 66,
                       .footer = 32};
  std::string commands =
      "set multiplot\nset yrange [0:1]\nset ytics 0.2 format '%.1f'\n"
      "set bars 0.5\nunset key\nset ylabel 'share of queries'\n"
      "set logscale x\nset format x '10^{%T}'\n";
  commands += grid.frame(0, 0, "true partner within rank", "rank (logarithmic)");
  commands += "set xrange [1:" + std::to_string(library_size) + "]\nplot ";
  std::vector<PanelGrid::KeyEntry> key;
  for (std::size_t d = 0; d < kDirections.size(); ++d) {
    key.push_back({"lines " + line_style_text(d), kDirections[d].title});
    commands += "'queries_ranks.csv' using 'rank':'" + kDirections[d].key + "' with " +
                key.back().style + ", ";
  }
  key.push_back({kReference, "chance"});
  commands += std::string("'' using 'rank':'chance' with ") + kReference + "\n";
  commands += grid.frame(1, 0, "effective sample size", "at most (of the library, logarithmic)");
  commands +=
      "plot 'queries_sample_size.csv' using "
      "'effective_sample_size':'share' with lines linestyle 1\n";
  commands += grid.frame(2, 0, "is the weight a probability?", "posterior weight of the best flow");
  commands +=
      "unset logscale x\nset xrange [0:1]\nset xtics 0.2 format '%.1f'\n"
      "set ylabel 'share in which it is the true one'\n"
      "plot x with ";
  commands += kReference;
  commands +=
      ", 'queries_reliability.csv' using 'top_weight':'right':'low':'high' with yerrorbars "
      "linestyle 1 lw 0.9 dt solid\n";
  commands += grid.key(key, 3);
  const std::string caption =
      reliability_finding(evaluation) +
      "Left: how many queries have their true partner within a rank of the " +
      std::to_string(library_size) +
      " candidates. Middle: how many have a posterior worth at most so many flows; where it is "
      "near 1, spread is the library's limit, not knowledge. Right: on the dotted line the weights "
      "are honest probabilities; above it they are too modest, below it too sure (bars: 95% "
      "intervals).";
  return folder.draw({name, "The queries one by one", caption, grid.width(), grid.height()},
                     {{"_ranks", rank_table(evaluation, library_size)},
                      {"_sample_size", sample_size_table(evaluation)},
                      {"_reliability", reliability_table(evaluation)}},
                     commands);
}

}  // namespace lagoon::pipelines
