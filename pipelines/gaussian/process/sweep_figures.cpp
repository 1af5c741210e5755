#include "pipelines/gaussian/process/sweep_figures.hpp"

#include <algorithm>
#include <cmath>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/gaussian/process/process_text.hpp"

namespace lagoon::pipelines {
namespace {

const std::string kTruthStyle = "lines lc rgb '#BBBBBB' lw 5 dt solid";
const std::string kBestStyle = "lines lc rgb '#222222' lw 1.4 dt solid";
const std::string kPlugInStyle = "linespoints " + line_style_text(2) + " ps 0.5";
const std::string kTrainedStyle = "linespoints " + line_style_text(0) + " ps 0.8";
const std::string kSeedStyle = "points pt 6 ps 0.45 lc rgb '#0072B2'";

/// One of both directions.
struct Side {
  std::string column;  ///< u_given_v
  std::string title;   ///< E[u|v]
  std::string xlabel;  ///< of the conditional mean
  double MeanErrors::*error;
};
const std::vector<Side> kSides = {
    {"u_given_v", "E[u|v]", "x", &MeanErrors::u_given_v},
    {"v_given_u", "E[v|u]", "component of v", &MeanErrors::v_given_u}};

bool sweeps_dimensions(const SweepPlan& plan) {
  return plan.name == "embedding-dim";
}

/// At most four settings whose means are drawn, the first and the last among them; of embedding
/// dimensions those up to the full rank.
std::vector<FitSetting> drawn_settings(const ProcessTheory& theory, const SweepPlan& plan) {
  auto all = plan.settings;
  if (sweeps_dimensions(plan) && all.front().embedding_dim < theory.full_rank()) {
    std::erase_if(
        all, [&](const FitSetting& setting) { return setting.embedding_dim > theory.full_rank(); });
  }
  constexpr std::size_t kMost = 4;
  std::vector<FitSetting> drawn;
  const std::size_t n = std::min(kMost, all.size());
  for (std::size_t i = 0; i < n; ++i) {
    drawn.push_back(all[n == 1 ? 0 : i * (all.size() - 1) / (n - 1)]);
  }
  return drawn;
}

/// The conditional means of the example: the truth, then those of the first fit of each setting.
struct Means {
  std::vector<double> x;
  std::vector<Eigen::VectorXd> curves;
};

Means means_of(const ProcessTheory& theory, const ProcessExample& example, const Side& side,
               const std::vector<FitSetting>& settings, const FitsBySetting& fits) {
  const auto& law = theory.law;
  const bool u_side = side.column == "u_given_v";
  Means means;
  means.curves.push_back(u_side ? contrastive::u_given_v(law).at(example.v).mean
                                : contrastive::v_given_u(law).at(example.u).mean);
  for (const auto& setting : settings) {
    const contrastive::Tilt tilt{fits.at(setting).front().A, {}, {}, {}, {}};
    means.curves.push_back(u_side ? contrastive::u_given_v(law, tilt).at(example.v).mean
                                  : contrastive::v_given_u(law, tilt).at(example.u).mean);
  }
  for (Eigen::Index i = 0; i < means.curves.front().size(); ++i) {
    means.x.push_back(u_side ? theory.process.grid()[static_cast<std::size_t>(i)]
                             : static_cast<double>(i + 1));
  }
  return means;
}

std::string setting_column(const SweepPlan& plan, const FitSetting& setting) {
  return plan.name + "_" + std::to_string(swept_value(plan, setting));
}

Table mean_table(const SweepPlan& plan, const std::vector<FitSetting>& settings,
                 const Means& means) {
  std::vector<std::string> columns = {"x", "true"};
  for (const auto& setting : settings) columns.push_back(setting_column(plan, setting));
  Table table(columns);
  for (std::size_t i = 0; i < means.x.size(); ++i) {
    std::vector<Cell> row = {means.x[i]};
    for (const auto& curve : means.curves) row.emplace_back(curve(static_cast<Eigen::Index>(i)));
    table.add(std::move(row));
  }
  return table;
}

Table error_table(const ProcessTheory& theory, const SweepPlan& plan, const FitsBySetting& fits) {
  std::vector<std::string> columns = {"swept"};
  for (const auto& side : kSides) {
    for (const char* who : {"_trained", "_plug_in", "_best"}) columns.push_back(side.column + who);
  }
  Table table(columns);
  for (const auto& setting : plan.settings) {
    const auto trained = mean_trained(fits.at(setting)), plug_in = mean_plug_in(fits.at(setting));
    std::vector<Cell> row = {swept_value(plan, setting)};
    for (const auto& side : kSides) {
      row.emplace_back(trained.*side.error);
      row.emplace_back(plug_in.*side.error);
      row.emplace_back(theory.best(setting.embedding_dim).*side.error);
    }
    table.add(std::move(row));
  }
  return table;
}

Table seed_table(const SweepPlan& plan, const FitsBySetting& fits) {
  Table table({"swept", "seed", "u_given_v", "v_given_u"});
  for (const auto& setting : plan.settings) {
    for (const auto& fit : fits.at(setting)) {
      table.add(
          {swept_value(plan, setting), fit.seed, fit.trained.u_given_v, fit.trained.v_given_u});
    }
  }
  return table;
}

std::string mean_panel(const PanelGrid& grid, const SweepPlan& plan, const Side& side, int column,
                       const std::vector<FitSetting>& settings) {
  const std::string file = "'" + figure_name(plan) + "_" + side.column + ".csv' using 'x':";
  std::string text = grid.frame(column, 0, side.title + " of one pair", side.xlabel) +
                     (column == 0 ? "set xtics 0.25\n" : "set xtics 1\n") + "unset ylabel\nplot " +
                     file + "'true' with " + kTruthStyle + " notitle";
  for (std::size_t i = 0; i < settings.size(); ++i) {
    text += ", " + file + "'" + setting_column(plan, settings[i]) + "' with lines " +
            line_style_text(i) + " notitle";
  }
  return text + "\n";
}

std::string swept_tics(const SweepPlan& plan) {
  if (sweeps_dimensions(plan)) {
    return "set xtics 1\nset xrange [" +
           number_text(swept_value(plan, plan.settings.front()) - 0.3) + ":" +
           number_text(swept_value(plan, plan.settings.back()) + 0.3) + "]\n";
  }
  std::string tics;
  for (const auto& setting : plan.settings) {
    tics += (tics.empty() ? "" : ",") + std::to_string(swept_value(plan, setting));
  }
  return "set logscale x\nset xtics (" + tics + ")\nset xrange [" +
         number_text(0.85 * swept_value(plan, plan.settings.front())) + ":" +
         number_text(1.18 * swept_value(plan, plan.settings.back())) + "]\n";
}

/// Labels at 1, 2 and 5 of each decade, of the decades alone where there are many.
std::string error_tics(double low, double high) {
  const bool few = high < 100 * low;
  std::string tics;
  for (int decade = static_cast<int>(std::floor(std::log10(low))); std::pow(10, decade) < high;
       ++decade) {
    const std::string power = "e" + std::to_string(decade);
    if (!few) tics += ", '10^{" + std::to_string(decade) + "}' 1" + power;
    for (const int factor : {1, 2, 5}) {
      const double value = factor * std::pow(10, decade);
      if (few) tics += ", '" + number_text(value) + "' " + std::to_string(factor) + power;
    }
  }
  return "set ytics (" + tics.substr(2) + ")\n";
}

/// The axis of errors holds every error but the zeros of the full rank.
std::string error_axis(const ProcessTheory& theory, const SweepPlan& plan,
                       const FitsBySetting& fits, const Side& side) {
  double low = 1e9, high = 0;
  for (const auto& setting : plan.settings) {
    for (const auto& fit : fits.at(setting)) {
      low = std::min({low, fit.trained.*side.error, fit.plug_in.*side.error});
      high = std::max({high, fit.trained.*side.error, fit.plug_in.*side.error});
    }
    high = std::max(high, theory.best(setting.embedding_dim).*side.error);
  }
  low /= 1.6;
  high *= 1.6;
  return "set logscale y\nset yrange [" + number_text(low) + ":" + number_text(high) + "]\n" +
         error_tics(low, high);
}

std::string error_panel(const PanelGrid& grid, const ProcessTheory& theory, const SweepPlan& plan,
                        const FitsBySetting& fits, const Side& side, int column) {
  const std::string file = "'" + figure_name(plan) + ".csv' using 'swept':";
  const std::string best = side.column + "_best";
  return grid.frame(column, 1, "error of " + side.title, swept_label(plan)) + swept_tics(plan) +
         error_axis(theory, plan, fits, side) +
         (column == 0 ? "set ylabel 'mean square error'\n" : "unset ylabel\n") + "plot " + file +
         // Zero has no place on this axis: the line leaves the frame towards it.
         "(column('" + best + "') > 1e-12 ? column('" + best + "') : 1e-12) with " + kBestStyle +
         " notitle, " + file + "'" + side.column + "_plug_in' with " + kPlugInStyle +
         " notitle, '" + figure_name(plan) + "_seeds.csv' using 'swept':'" + side.column +
         "' with " + kSeedStyle + " notitle, " + file + "'" + side.column + "_trained' with " +
         kTrainedStyle + " notitle\nunset logscale\nset ytics auto\nset yrange [*:*]\n";
}

std::vector<PanelGrid::KeyEntry> key_of(const SweepPlan& plan,
                                        const std::vector<FitSetting>& settings) {
  std::vector<PanelGrid::KeyEntry> entries = {{kTruthStyle, "true mean"}};
  for (std::size_t i = 0; i < settings.size(); ++i) {
    entries.push_back({"lines " + line_style_text(i), swept_text(plan, settings[i])});
  }
  entries.push_back({kTrainedStyle, "trained: mean of the seeds"});
  entries.push_back({kSeedStyle, "trained: each seed"});
  if (sweeps_dimensions(plan)) entries.push_back({kBestStyle, "population optimum"});
  entries.push_back({kPlugInStyle, "closed form of the pairs' covariances"});
  return entries;
}

}  // namespace

Figure draw_sweep(const FigureFolder& folder, const ProcessTheory& theory,
                  const ProcessExample& example, const SweepPlan& plan, const FitsBySetting& fits,
                  const ProcessOptions& options) {
  const auto settings = drawn_settings(theory, plan);
  const auto key = key_of(plan, settings);
  constexpr int kKeyColumns = 2, kKeyLine = 22;
  const int key_rows = (static_cast<int>(key.size()) + kKeyColumns - 1) / kKeyColumns;
  const PanelGrid grid = curve_panels(2, 200, 12 + kKeyLine * key_rows);
  std::string commands = "set multiplot\nunset key\n", below;
  std::vector<NamedTable> tables = {{"", error_table(theory, plan, fits)},
                                    {"_seeds", seed_table(plan, fits)}};
  for (std::size_t s = 0; s < kSides.size(); ++s) {
    const auto& side = kSides[s];
    const int column = static_cast<int>(s);
    commands += mean_panel(grid, plan, side, column, settings);
    below += error_panel(grid, theory, plan, fits, side, column);
    tables.push_back({"_" + side.column,
                      mean_table(plan, settings, means_of(theory, example, side, settings, fits))});
  }
  commands += below + grid.key(key, kKeyColumns);
  return folder.draw({figure_name(plan), figure_title(plan), finding(theory, plan, fits, options),
                      grid.width(), grid.height()},
                     tables, commands);
}

}  // namespace lagoon::pipelines
