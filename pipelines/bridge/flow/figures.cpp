#include "pipelines/bridge/flow/figures.hpp"

#include <algorithm>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/figures/torus_panel.hpp"
#include "pipelines/retrieval/fields.hpp"

namespace lagoon::pipelines {
namespace {

constexpr const char* kRecall = "recall_by_pool";
constexpr const char* kExample = "example";

const std::string kBridgeStyle = "linespoints " + line_style_text(0) + " ps 0.7";
const std::string kRawStyle = "linespoints " + line_style_text(3) + " ps 0.6";
const std::string kDirectStyle = "lines " + line_style_text(1) + " lw 1.6";
const std::string kPairedStyle = "lines " + line_style_text(2) + " lw 1.8";
const std::string kBayesStyle = "lines lc rgb '#222222' lw 1.4 dt solid";

std::string column_of(std::size_t direction, std::size_t depth) {
  return std::string(kBridgeDirections[direction].key) + "_" + std::to_string(kBridgeDepths[depth]);
}

template <class Visit>
void for_each_panel(Visit&& visit) {
  for (std::size_t depth = 0; depth < kBridgeDepths.size(); ++depth) {
    for (std::size_t direction = 0; direction < kBridgeDirections.size(); ++direction) {
      visit(direction, depth);
    }
  }
}

Table recall_table(const FlowBridgeStudy& study) {
  std::vector<std::string> columns = {"samples"};
  for_each_panel([&](std::size_t direction, std::size_t depth) {
    const std::string name = column_of(direction, depth);
    for (const char* what : {"", "_low", "_high", "_raw", "_direct", "_paired", "_bayes"}) {
      columns.push_back(name + what);
    }
  });
  Table table(columns);
  for (const auto& point : study.curve) {
    std::vector<Cell> row = {point.samples};
    for_each_panel([&](std::size_t direction, std::size_t depth) {
      const auto& recall = point.recall[direction][depth];
      row.emplace_back(recall.value);
      row.emplace_back(recall.lower);
      row.emplace_back(recall.upper);
      row.emplace_back(point.raw_recall[direction][depth].value);
      for (const auto* method : {&study.direct, &study.paired, &study.bayes}) {
        row.emplace_back(method->recall[direction][depth].value);
      }
    });
    table.add(std::move(row));
  }
  return table;
}

std::string recall_panel(const PanelGrid& grid, std::size_t direction, std::size_t depth) {
  const std::string file = "'" + std::string(kRecall) + ".csv' using 'samples':";
  const std::string name = column_of(direction, depth);
  const auto line = [&](const char* what, const std::string& style) {
    return ", " + file + "'" + name + what + "' with " + style + " notitle";
  };
  return grid.frame(static_cast<int>(direction), static_cast<int>(depth),
                    kBridgeDirections[direction].title, "flows of the bridge, M") +
         "set ylabel 'recall@" + std::to_string(kBridgeDepths[depth]) + "' noenhanced\nplot " +
         file + "'" + name + "_low':'" + name +
         "_high' with filledcurves lc rgb '#0072B2' fs transparent solid "
         "0.2 noborder notitle" +
         line("_bayes", kBayesStyle) + line("_paired", kPairedStyle) +
         line("_direct", kDirectStyle) + line("_raw", kRawStyle) + line("", kBridgeStyle) + "\n";
}

std::vector<double> field_of(const FlowBridgeStudy& study, const Eigen::VectorXd& control,
                             PotentialFields& fields) {
  return fields.psi(study.instruments.space.psi_hat(control));
}

/// The noisy tracks of a held-out flow.
std::vector<Path> tracks_of(const FlowBridgeStudy& study, std::int64_t query) {
  const auto& rows = study.flows.held_out.trajectories;
  const std::vector<double> values(rows.row(query).begin(), rows.row(query).end());
  const std::size_t half = values.size() / 2;
  return observed_paths(study.instruments.law, std::span(values).first(half),
                        std::span(values).last(half));
}

/// Arrows at the stations: what a held-out flow's stations saw. As long as a tenth of the panel
/// where the speed is the rms.
void add_arrows(Table& table, const FlowBridgeStudy& study, const std::string& role,
                std::int64_t row) {
  const auto& stations = study.instruments.stations;
  const double scale = 0.12 / rms_speed(study.instruments.law);
  const auto n = static_cast<Eigen::Index>(stations.n_stations());
  for (Eigen::Index s = 0; s < n; ++s) {
    const auto at = static_cast<std::size_t>(s);
    const auto& seen = study.flows.held_out.velocities;
    table.add({role, stations.station_x[at], stations.station_y[at],
               scale * static_cast<double>(seen(row, s)),
               scale * static_cast<double>(seen(row, n + s))});
  }
}

std::string arrows_of(const std::string& role, const std::string& style) {
  return ", '" + std::string(kExample) + "_arrows.csv' using (strcol('role') eq '" + role +
         "' ? column('x') : NaN):'y':(0):'dx':'dy':(0) with vectors nocontour notitle filled "
         "head size 0.025,18 " +
         style;
}

}  // namespace

Figure draw_recall_by_pool(const FigureFolder& folder, const FlowBridgeStudy& study) {
  constexpr int kKeyLines = 3, kKeyLine = 22;
  const PanelGrid grid = curve_panels(2, 190, 12 + kKeyLines * kKeyLine);
  std::string commands =
      "set multiplot\nunset key\nset logscale x\nset format x '10^{%T}'\nset yrange [0:1.02]\n"
      "set ytics 0.2 format '%.1f'\nset xrange [" +
      number_text(static_cast<double>(study.curve.front().samples)) + ":" +
      number_text(static_cast<double>(study.curve.back().samples)) + "]\n";
  for_each_panel([&](std::size_t direction, std::size_t depth) {
    commands += recall_panel(grid, direction, depth);
  });
  commands += grid.key({{kBridgeStyle, "Monte Carlo, self-normalised (95% interval)"},
                        {kRawStyle, "Monte Carlo as it is"},
                        {kDirectStyle, "direct comparison"},
                        {kPairedStyle, "trained on pairs"},
                        {kBayesStyle, "Bayes (4D-Var)"}},
                       3);
  return folder.draw(
      {kRecall, "Recall by the flows of the bridge",
       "The share of " + std::to_string(study.options.held_out) +
           " held-out flows whose partner is among the k best of as many, by the number of fresh "
           "flows that the Monte-Carlo bridge sums over. Nobody saw trajectories and velocities of "
           "one flow but the encoders trained on pairs.",
       grid.width(), grid.height()},
      {{"", recall_table(study)}}, commands);
}

Figure draw_bridge_example(const FigureFolder& folder, const FlowBridgeStudy& study) {
  const auto query = study.example.query;
  const auto control_of = [&](std::int64_t row) -> Eigen::VectorXd {
    return study.flows.held_out.controls.row(row).cast<double>().transpose();
  };
  PotentialFields fields(study.instruments.law);
  const auto found = study.example.retrieved.front();
  const auto truth = field_of(study, control_of(query), fields);
  const auto answer = field_of(study, control_of(found), fields);
  const auto paths = tracks_of(study, query);
  Table arrows({"role", "x", "y", "dx", "dy"});
  add_arrows(arrows, study, "truth", query);
  add_arrows(arrows, study, "first", study.example.retrieved[0]);
  add_arrows(arrows, study, "second", study.example.retrieved[1]);

  const TorusPanels panels(kExample, 3, 1, study.instruments.law.n_drifters());
  const Levels levels =
      round_levels(std::max(largest_magnitude(truth), largest_magnitude(answer)), 4);
  const auto with_arrows = [&](std::string panel, const std::string& more) {
    panel.pop_back();  // the end of its line
    return panel + more + "\n";
  };
  const std::string halo = arrows_of("truth", "lc rgb 'white' lw 4.5 dt solid");
  const std::string true_arrows = arrows_of("truth", "lc rgb 'black' lw 2 dt solid");
  const std::string commands =
      panels.begin() + panels.signed_colours(levels) +
      panels.draw(
          {0, 0, "given: the drifters", "the flow at t = 0 behind them", "truth", {"query"}, ""}) +
      with_arrows(
          panels.draw({1, 0, "the stations of this flow", "which nobody showed", "truth", {}, ""}),
          halo + true_arrows) +
      with_arrows(panels.draw({2,
                               0,
                               "retrieved velocities",
                               found == query ? "first (red) is the truth; second white"
                                              : "first (red) is another flow's; second white",
                               "answer",
                               {},
                               "psi"}),
                  arrows_of("second", "lc rgb 'white' lw 1.4 dt solid") +
                      arrows_of("first", "lc rgb 'white' lw 4.5 dt solid") +
                      arrows_of("first", "lc rgb '#D55E00' lw 2 dt solid"));
  return folder.draw(
      {kExample, "Velocities from trajectories",
       "Left: the noisy tracks of one held-out flow, the only thing given. Middle: what the "
       "stations saw of that flow. Right: the velocities that the Monte-Carlo bridge ranks first "
       "and second among " +
           std::to_string(study.options.held_out) + ", over the flow that the first belong to.",
       panels.width(), panels.height()},
      {{"", field_table(fields.n(), {{"truth", &truth}, {"answer", &answer}})},
       {"_paths", path_table({{"query", &paths}})},
       {"_arrows", arrows}},
      commands);
}

}  // namespace lagoon::pipelines
