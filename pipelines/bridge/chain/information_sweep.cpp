#include "pipelines/bridge/chain/information_sweep.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

std::map<std::int64_t, double> by_pool_size(const ChainStudy& study, const nlohmann::json& values,
                                            double factor) {
  std::map<std::int64_t, double> result;
  for (const auto m : study.plan.pool_sizes) {
    result[m] = factor * values.at(std::to_string(m)).get<double>();
  }
  return result;
}

NeededSamples needed(const ChainStudy& study, const ChainTask& task) {
  const auto& piece = *study.store.find(task.key());
  const auto nats = [&](const char* pair) {
    return piece.at("information").at(pair).get<double>();
  };
  NeededSamples result{task.noise, task.seed, nats("ab") + nats("bc") - nats("ac"),
                       (nats("ab") + nats("bc")) / 2};
  result.for_estimate = samples_for(by_pool_size(study, piece.at("shortfall"), -1), -kShortfall);
  result.for_ranking = samples_for(by_pool_size(study, piece.at("exact"), 1),
                                   kShareOfLimit * piece.at("bayes").get<double>());
  return result;
}

/// Of log M by information, by least squares; not a number of fewer than three.
double slope_of(const std::vector<NeededSamples>& points, double NeededSamples::*samples) {
  constexpr double kLeast = 3;
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (const auto& point : points) {
    if (point.*samples <= 0) continue;
    const double log_m = std::log(point.*samples);
    n += 1;
    x += point.information;
    y += log_m;
    xx += point.information * point.information;
    xy += point.information * log_m;
  }
  if (n < kLeast) return std::numeric_limits<double>::quiet_NaN();
  return (n * xy - x * y) / (n * xx - x * x);
}

SeedMean slopes(const std::vector<NeededSamples>& points, double NeededSamples::*samples) {
  std::map<std::uint64_t, std::vector<NeededSamples>> by_seed;
  for (const auto& point : points) by_seed[point.seed].push_back(point);
  std::vector<double> values;
  for (const auto& [seed, of_law] : by_seed) {
    const double slope = slope_of(of_law, samples);
    if (std::isfinite(slope)) values.push_back(slope);
  }
  return values.empty() ? SeedMean{} : seed_mean(std::move(values));
}

std::string slope_text(const SeedMean& slope) {
  if (slope.values.empty()) return "an unknown amount";
  return decimals(slope.mean, 2) + " ± " + decimals(slope.half_width, 2);
}

Figure draw_sweep(const FigureFolder& folder, const InformationSweep& sweep) {
  Table table({"noise", "seed", "information", "link", "estimate", "ranking"});
  double largest = 1;
  for (const auto& p : sweep.points) {
    largest = std::max({largest, p.for_estimate, p.for_ranking});
    table.add({p.noise, static_cast<std::int64_t>(p.seed), p.information, p.link, p.for_estimate,
               p.for_ranking});
  }
  const PanelGrid grid = curve_panels(1, 260, 34);
  const std::string points = "points pt 7 ps 0.7 lc rgb '#0072B2'";
  const std::string line = "lines dt (5,4) lw 1.2 lc rgb '#222222'";
  std::string commands = "set multiplot\nunset key\nset logscale y\nset format y '10^{%L}'\n";
  int column = 0;
  for (const auto& [axis, title] :
       {std::pair{"estimate", "estimate a nat short"}, {"ranking", "90% of Bayes’s recall@1"}}) {
    const std::string y =
        std::string("(column('") + axis + "') > 0 ? column('" + axis + "') : NaN)";
    commands += grid.frame(column, 0, title, "I(B; A, C), nats") +
                (column == 0 ? "set ylabel 'bridge samples M'\n" : "unset ylabel\n") +
                "set yrange [1:" + number_text(10 * largest) + "]\nplot exp(x) with " + line +
                " notitle, 'information.csv' using 'information':" + y + " with " + points +
                " notitle\n";
    ++column;
  }
  commands += grid.key({{points, "one law, one noise"}, {line, "M = exp(information)"}}, 2);
  return folder.draw(
      {"information", "Samples against information",
       "By the exact ratios. log M of an estimate rises by " + slope_text(sweep.of_estimate) +
           " a nat, that of a ranking by " + slope_text(sweep.of_ranking) +
           ": less information takes fewer samples to see, and finer differences to "
           "rank.",
       grid.width(), grid.height()},
      {{"", table}}, commands);
}

}  // namespace

double samples_for(const std::map<std::int64_t, double>& values, double target) {
  const auto above =
      std::ranges::find_if(values, [&](const auto& at) { return at.second >= target; });
  if (above == values.end() || above == values.begin()) return 0;
  const auto below = std::prev(above);
  const double share = (target - below->second) / (above->second - below->second);
  const double from = std::log(static_cast<double>(below->first));
  return std::exp(from + share * (std::log(static_cast<double>(above->first)) - from));
}

InformationSweep sweep_information(const ChainStudy& study) {
  InformationSweep sweep;
  for (const auto& task : study.plan.tasks) {
    if (task.kind == ChainTask::Kind::reference && task.rho == 0) {
      sweep.points.push_back(needed(study, task));
    }
  }
  sweep.of_estimate = slopes(sweep.points, &NeededSamples::for_estimate);
  sweep.of_ranking = slopes(sweep.points, &NeededSamples::for_ranking);
  return sweep;
}

nlohmann::json to_json(const InformationSweep& sweep) {
  nlohmann::json json = {{"slope", nlohmann::json::object()}, {"points", nlohmann::json::array()}};
  for (const auto& [name, slope] :
       {std::pair{"estimate", &sweep.of_estimate}, {"ranking", &sweep.of_ranking}}) {
    json["slope"][name] = slope->values.empty() ? nlohmann::json() : nlohmann::json(slope->mean);
    json["intervals"]["slope"][name] = {{"low", slope->mean - slope->half_width},
                                        {"high", slope->mean + slope->half_width},
                                        {"per_seed", slope->values}};
  }
  const auto known = [](double samples) {
    return samples > 0 ? nlohmann::json(samples) : nlohmann::json();
  };
  for (const auto& p : sweep.points) {
    json["points"].push_back({{"noise", p.noise},
                              {"seed", p.seed},
                              {"information", p.information},
                              {"link", p.link},
                              {"estimate", known(p.for_estimate)},
                              {"ranking", known(p.for_ranking)}});
  }
  return json;
}

std::string sweep_text(const InformationSweep& sweep) {
  std::ostringstream text;
  text << "over " << sweep.points.size() << " laws and noises log M rises by "
       << slope_text(sweep.of_estimate) << " a nat of I(B; A, C) for an estimate a nat short, by "
       << slope_text(sweep.of_ranking) << " for 90% of Bayes's recall\n";
  return text.str();
}

void add_sweep(HtmlPage& page, const FigureFolder& folder, const InformationSweep& sweep) {
  page.heading("How many samples information takes");
  page.paragraph(
      "The same laws with other noise: less noise is more information. M is where the median "
      "estimate of log p(a, c) / p(a) p(c) by the exact ratios falls a nat short of it, and where "
      "their recall@1 reaches 90% of Bayes's, between pool sizes by log M. Slopes are of each "
      "law's own least squares, means over laws with 95% intervals.");
  add_figures(page, {draw_sweep(folder, sweep)}, folder.path());
}

}  // namespace lagoon::pipelines
