#include "pipelines/bridge/chain/information_sweep.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/gaussian/planar/planar_text.hpp"
#include "pipelines/report/sections.hpp"

namespace lagoon::pipelines {
namespace {

NeededSamples needed(const ChainStudy& study, const ChainTask& task) {
  const auto& piece = *study.store.find(task.key());
  std::map<std::int64_t, double> recalls;
  for (const auto m : study.plan.pool_sizes) {
    recalls[m] = piece.at("exact").at(std::to_string(m)).get<double>();
  }
  const auto nats = [&](const char* pair) {
    return piece.at("information").at(pair).get<double>();
  };
  return {task.noise, task.seed, (nats("ab") + nats("bc")) / 2,
          nats("ab") + nats("bc") - nats("ac"),
          samples_for(recalls, kShareOfLimit * piece.at("bayes").get<double>())};
}

/// Slopes of log M, law by law, by least squares.
SeedMean slopes(const std::vector<NeededSamples>& points, double NeededSamples::*information) {
  constexpr std::size_t kLeast = 3;
  std::map<std::uint64_t, std::vector<NeededSamples>> by_seed;
  for (const auto& point : points) by_seed[point.seed].push_back(point);
  std::vector<double> values;
  for (const auto& [seed, of_law] : by_seed) {
    if (of_law.size() < kLeast) continue;
    double x = 0, y = 0, xx = 0, xy = 0;
    const auto n = static_cast<double>(of_law.size());
    for (const auto& point : of_law) {
      x += point.*information / n;
      y += std::log(point.samples) / n;
    }
    for (const auto& point : of_law) {
      xx += (point.*information - x) * (point.*information - x);
      xy += (point.*information - x) * (std::log(point.samples) - y);
    }
    values.push_back(xy / xx);
  }
  return values.empty() ? SeedMean{} : seed_mean(std::move(values));
}

std::string slope_text(const SeedMean& slope) {
  return decimals(slope.mean, 2) + " ± " + decimals(slope.half_width, 2);
}

Figure draw_sweep(const FigureFolder& folder, const InformationSweep& sweep) {
  Table table({"noise", "seed", "link_information", "bridge_information", "samples"});
  for (const auto& p : sweep.points) {
    table.add({p.noise, static_cast<std::int64_t>(p.seed), p.link_information, p.bridge_information,
               p.samples});
  }
  const PanelGrid grid = curve_panels(1, 260, 34);
  const std::string points = "points pt 7 ps 0.7 lc rgb '#0072B2'";
  const std::string line = "lines dt (5,4) lw 1.2 lc rgb '#222222'";
  std::string commands = "set multiplot\nunset key\nset logscale y\nset format y '10^{%L}'\n";
  int column = 0;
  for (const auto& [axis, label] :
       {std::pair{"link_information", "I(A;B), nats, mean of both links"},
        {"bridge_information", "I(B; A, C), nats"}}) {
    commands += grid.frame(column, 0, "", label) +
                (column++ == 0 ? "set ylabel 'bridge samples M'\n" : "unset ylabel\n") +
                "set autoscale\nf(x) = a + b * x\nfit f(x) 'information.csv' using '" + axis +
                "':(log(column('samples'))) via a, b\nplot exp(f(x)) with " + line +
                " notitle, 'information.csv' using '" + axis + "':'samples' with " + points +
                " notitle\n";
  }
  commands += grid.key({{points, "one law, one noise"}, {line, "least squares"}}, 2);
  return folder.draw({"information", "Samples against information",
                      "Bridge samples with which the exact ratios find 90% of what Bayes finds. "
                      "log M rises by " +
                          slope_text(sweep.by_link) + " a nat of a link and by " +
                          slope_text(sweep.by_bridge) + " a nat that A and C tell of B.",
                      grid.width(), grid.height()},
                     {{"", table}}, "set fit quiet\nset fit logfile '/dev/null'\n" + commands);
}

}  // namespace

double samples_for(const std::map<std::int64_t, double>& recalls, double target) {
  const auto above =
      std::ranges::find_if(recalls, [&](const auto& at) { return at.second >= target; });
  if (above == recalls.end() || above == recalls.begin()) return 0;
  const auto below = std::prev(above);
  const double share = (target - below->second) / (above->second - below->second);
  const double from = std::log(static_cast<double>(below->first));
  return std::exp(from + share * (std::log(static_cast<double>(above->first)) - from));
}

InformationSweep sweep_information(const ChainStudy& study) {
  InformationSweep sweep;
  for (const auto& task : study.plan.tasks) {
    const bool is_reference = task.kind == ChainTask::Kind::reference && task.rho == 0;
    if (study.plan.noises.empty() || !is_reference) continue;
    const NeededSamples point = needed(study, task);
    if (point.samples > 0) sweep.points.push_back(point);
  }
  sweep.by_link = slopes(sweep.points, &NeededSamples::link_information);
  sweep.by_bridge = slopes(sweep.points, &NeededSamples::bridge_information);
  return sweep;
}

nlohmann::json to_json(const InformationSweep& sweep) {
  nlohmann::json json = {{"slope", nlohmann::json::object()}, {"points", nlohmann::json::array()}};
  for (const auto& [name, slope] :
       {std::pair{"link", &sweep.by_link}, {"bridge", &sweep.by_bridge}}) {
    if (slope->values.empty()) {
      json["slope"][name] = nullptr;
      continue;
    }
    json["slope"][name] = slope->mean;
    json["intervals"]["slope"][name] = {{"low", slope->mean - slope->half_width},
                                        {"high", slope->mean + slope->half_width},
                                        {"per_seed", slope->values}};
  }
  for (const auto& p : sweep.points) {
    json["points"].push_back({{"noise", p.noise},
                              {"seed", p.seed},
                              {"link_information", p.link_information},
                              {"bridge_information", p.bridge_information},
                              {"samples", p.samples}});
  }
  return json;
}

std::string sweep_text(const InformationSweep& sweep) {
  std::ostringstream text;
  text << "bridge samples for 90% of Bayes's recall over " << sweep.points.size()
       << " laws and noises: log M rises by " << slope_text(sweep.by_link)
       << " a nat of a link, by " << slope_text(sweep.by_bridge) << " a nat of I(B; A, C)\n";
  return text.str();
}

void add_sweep(HtmlPage& page, const FigureFolder& folder, const InformationSweep& sweep) {
  page.heading("How many samples information takes");
  page.paragraph(
      "The same laws with other noise: less noise is more information. M is where the exact "
      "ratios' "
      "recall@1 reaches 90% of Bayes's, between pool sizes by log M. Slopes are of each law's own "
      "least squares, means over laws with 95% intervals.");
  add_figures(page, {draw_sweep(folder, sweep)}, folder.path());
}

}  // namespace lagoon::pipelines
