#include "pipelines/bridge/chain/chain_figures.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::Critic;
using Key = PanelGrid::KeyEntry;

const std::string kExactStyle = "linespoints lc rgb '#222222' lw 1.6 dt solid pt 2 ps 0.7";
const std::string kBayesStyle = "linespoints lc rgb '#555555' lw 2 dt (4,3) pt 1 ps 0.7";
const std::string kRecallAxis = "set yrange [0:1.05]\nset ytics 0.2\n";

/// The same colour for a critic wherever it is drawn.
std::size_t style_of(Critic critic) {
  return static_cast<std::size_t>(critic);
}

std::string curve_style(Critic critic) {
  return "linespoints " + line_style_text(style_of(critic)) + " dt solid ps 0.8";
}

std::string direct_style(Critic critic) {
  return "lines " + line_style_text(style_of(critic)) + " dt (5,4) lw 1.2";
}

std::string column_of(const std::string& model, Critic critic) {
  return model + "_" + to_string(critic);
}

/// Means over seeds with their intervals, which a single seed has not.
void add_mean(std::vector<Cell>& row, const SeedMean& mean) {
  const double half_width = mean.values.size() > 1 ? mean.half_width : std::nan("");
  row.insert(row.end(), {mean.mean, mean.mean - half_width, mean.mean + half_width});
}

/// x, and NAME, NAME_low and NAME_high for each line.
Table empty_table(const std::string& x, const std::vector<std::string>& models,
                  const std::vector<Critic>& critics) {
  std::vector<std::string> lines = {"exact", "bayes"};
  for (const auto& model : models) {
    for (const Critic critic : critics) {
      lines.insert(lines.end(), {column_of(model, critic), column_of(model, critic) + "_direct"});
    }
  }
  return Table(with_intervals({x}, lines));
}

/// Models that have Monte-Carlo scores.
std::vector<std::string> bridged_models(const ChainStudy& study) {
  auto models = study.plan.models;
  std::erase(models, "oracle");
  return models;
}

Table curve_table(const ChainStudy& study) {
  Table table = empty_table("samples", bridged_models(study), study.plan.critics);
  for (const auto m : study.plan.pool_sizes) {
    std::vector<Cell> row = {m};
    add_mean(row, study.reference(0, m));
    add_mean(row, study.reference(0, {}));
    for (const auto& model : bridged_models(study)) {
      for (const Critic critic : study.plan.critics) {
        add_mean(row, *study.fits(model, critic, 0, m));
        add_mean(row, *study.fits(model, critic, 0, {}));
      }
    }
    table.add(std::move(row));
  }
  return table;
}

std::vector<Key> recall_key(const std::vector<Critic>& critics) {
  std::vector<Key> key;
  for (const Critic critic : critics) key.push_back({curve_style(critic), to_string(critic)});
  for (const Critic critic : critics) {
    key.push_back({direct_style(critic), to_string(critic) + ", direct"});
  }
  key.push_back({kExactStyle, "exact ratios"});
  key.push_back({kBayesStyle, "Bayes"});
  return key;
}

/// What is drawn of a model and its references, against column x of FILE.csv.
struct Curves {
  std::string file, x, model;
  const std::vector<Critic>& critics;
  bool has_bars = false;

  /// Lines stand side by side, for their bars would hide one another: by shares of the number of
  /// samples, whose axis is logarithmic, and by a little of rho.
  std::string place(int line) const {
    const double from_middle = line - static_cast<double>(critics.size()) - 0.5;
    const std::string shift = x == "samples" ? "*" + number_text(std::pow(1.06, from_middle))
                                             : " + " + number_text(0.003 * from_middle);
    return "(column('" + x + "')" + (has_bars ? shift : "") + ")";
  }

  std::string text() const {
    IntervalPlot plot;
    int line = 0;
    const auto add = [&](const std::string& column, const std::string& style,
                         const std::string& colour) {
      const std::string from = "'" + file + ".csv' using " + place(line++) + ":'" + column + "'";
      if (has_bars) {
        plot.add(from, column + "_low", column + "_high", colour, style);
      } else {
        plot.add(from, style);
      }
    };
    add("bayes", kBayesStyle, "555555");
    add("exact", kExactStyle, "222222");
    for (const Critic critic : critics) {
      const std::string column = column_of(model, critic);
      const std::string colour = line_style(style_of(critic)).colour;
      add(column + "_direct", direct_style(critic), colour);
      add(column, curve_style(critic), colour);
    }
    return "set bars 0.5\nplot " + plot.text();
  }
};

/// Wider than the pool sizes by what lines are shifted.
std::string samples_range(const std::vector<std::int64_t>& pool_sizes) {
  constexpr double kRoom = 1.5;
  return "set xrange [" + number_text(static_cast<double>(pool_sizes.front()) / kRoom) + ":" +
         number_text(kRoom * static_cast<double>(pool_sizes.back())) + "]\n";
}

/// " Bars: 95% intervals over 5 seeds.": of a single one, "".
std::string bars_text(const SeedMean& mean) {
  if (mean.values.size() < 2) return "";
  return " Bars: 95% intervals over " + std::to_string(mean.values.size()) +
         " seeds, by Student's t, side by side.";
}

/// Two panels of curves, or one, above a key of two lines.
PanelGrid recall_grid(std::size_t columns) {
  PanelGrid grid = curve_panels(1, 260, 54);
  grid.columns = static_cast<int>(columns);
  return grid;
}

Figure draw_samples(const FigureFolder& folder, const ChainStudy& study) {
  auto models = bridged_models(study);
  const bool trained = !models.empty();
  if (!trained) models = {""};
  const auto critics = trained ? study.plan.critics : std::vector<Critic>();
  const auto largest = study.plan.pool_sizes.back();
  const std::string bars = bars_text(study.reference(0, largest));
  const PanelGrid grid = recall_grid(models.size());
  std::string commands = "set multiplot\nunset key\nset logscale x\nset format x '10^{%L}'\n" +
                         samples_range(study.plan.pool_sizes);
  for (std::size_t i = 0; i < models.size(); ++i) {
    commands +=
        grid.frame(static_cast<int>(i), 0, trained ? models[i] : "references", "bridge samples M") +
        kRecallAxis + (i == 0 ? "set ylabel 'share found among 32'\n" : "unset ylabel\n") +
        Curves{"samples", "samples", models[i], critics, !bars.empty()}.text();
  }
  commands += grid.key(recall_key(critics), 4);
  Figure figure{"samples", "How many bridge samples it takes",
                "Dashed: direct comparison, which no sample enters. The exact ratios reach " +
                    decimals(study.reference(0, largest).mean, 3) + " with " +
                    std::to_string(largest) + " samples and are still rising towards Bayes, " +
                    decimals(study.reference(0, {}).mean, 3) + "." + bars,
                grid.width(), grid.height()};
  return folder.draw(std::move(figure), {{"", curve_table(study)}}, commands);
}

Table bypass_table(const ChainStudy& study, const std::vector<Critic>& critics) {
  const auto largest = study.plan.pool_sizes.back();
  Table table = empty_table("rho", {"unconscious"}, critics);
  for (const double rho : study.plan.bypass) {
    std::vector<Cell> row = {rho};
    add_mean(row, study.reference(rho, largest));
    add_mean(row, study.reference(rho, {}));
    for (const Critic critic : critics) {
      add_mean(row, *study.fits("unconscious", critic, rho, largest));
      add_mean(row, *study.fits("unconscious", critic, rho, {}));
    }
    table.add(std::move(row));
  }
  return table;
}

Figure draw_bypass(const FigureFolder& folder, const ChainStudy& study) {
  const bool trained =
      std::ranges::find(study.plan.models, "unconscious") != study.plan.models.end();
  const auto critics = trained ? bypass_critics(study.plan) : std::vector<Critic>();
  PanelGrid grid = recall_grid(1);
  grid.panel_width = 520;
  const std::string bars =
      bars_text(study.reference(study.plan.bypass.back(), study.plan.pool_sizes.back()));
  const std::string commands =
      "set multiplot\nunset key\n" +
      grid.frame(0, 0, "M = " + std::to_string(study.plan.pool_sizes.back()),
                 "rho, the share of A and C that does not go through B") +
      kRecallAxis + "set xrange [-0.03:" + number_text(study.plan.bypass.back() + 0.03) +
      "]\nset ylabel 'share found among 32'\n" +
      Curves{"bypass", "rho", "unconscious", critics, !bars.empty()}.text() +
      grid.key(recall_key(critics), 3);
  Figure figure{
      "bypass", "What goes past B",
      "With pairs of A and C (Bayes) nothing is lost; a bridge through B finds less as rho grows." +
          bars,
      grid.width(), grid.height()};
  return folder.draw(std::move(figure), {{"", bypass_table(study, critics)}}, commands);
}

struct Modality {
  const char* name;
  double radius;  ///< where a critic of directions puts its points
  std::string style;
};
const std::vector<Modality> kModalities = {{"a", 1, "points pt 7 ps 0.35 lc rgb '#0072B2'"},
                                           {"b", 0.85, "points pt 5 ps 0.35 lc rgb '#D55E00'"},
                                           {"c", 0.7, "points pt 9 ps 0.4 lc rgb '#009E73'"}};

Table plane_table(Critic critic, const Modality& modality, const nlohmann::json& piece) {
  Table table({"x", "y"});
  const auto values = piece.at(modality.name).get<std::vector<double>>();
  for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
    const double length = std::hypot(values[i], values[i + 1]);
    const double factor = critic == Critic::cosine ? modality.radius / length : 1;
    table.add({factor * values[i], factor * values[i + 1]});
  }
  return table;
}

std::string plane_title(const ChainStudy& study, Critic critic, const nlohmann::json& piece) {
  const std::string largest = std::to_string(study.plan.pool_sizes.back());
  return to_string(critic) + ": direct " + decimals(piece.at("direct"), 2) + ", M = " + largest +
         " " + decimals(piece.at("mc").at(largest), 2);
}

Figure draw_planes(const FigureFolder& folder, const ChainStudy& study,
                   const std::vector<std::pair<Critic, const nlohmann::json*>>& pieces) {
  const PanelGrid grid{.columns = static_cast<int>(pieces.size()),
                       .rows = 1,
                       .panel_width = 280,
                       .panel_height = 280,
                       .left = 50,
                       .right = 20,
                       .top = 34,
                       .bottom = 40,
                       .gap = 46,
                       .footer = 30};
  std::string commands = "set multiplot\nunset key\n";
  std::vector<NamedTable> tables;
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    const auto& [critic, piece] = pieces[p];
    // Directions end at 1, and their numbers would touch.
    const std::string tics = critic == Critic::cosine ? "0.5" : "autofreq";
    commands += "set xtics " + tics + "\nset ytics " + tics + "\n";
    commands +=
        grid.frame(static_cast<int>(p), 0, plane_title(study, critic, *piece), "") + "plot ";
    for (const Modality& modality : kModalities) {
      const std::string suffix = "_" + to_string(critic) + "_" + modality.name;
      tables.push_back({suffix, plane_table(critic, modality, *piece)});
      commands += (modality.radius == 1 ? "'planes" : ", 'planes") + suffix +
                  ".csv' using 'x':'y' with " + modality.style + " notitle";
    }
    commands += "\n";
  }
  commands += grid.key(
      {{kModalities[0].style, "A"}, {kModalities[1].style, "B"}, {kModalities[2].style, "C"}}, 3);
  return folder.draw({"planes", "Embeddings of two outputs",
                      "Held-out rows of seed " + std::to_string(study.seed) +
                          ", as encoders with two outputs embed them, and recall@1 among 32 of "
                          "these encoders. The cosine sees directions alone: A, B and C are on "
                          "three circles.",
                      grid.width(), grid.height()},
                     tables, commands);
}

}  // namespace

std::vector<Figure> draw_chain_figures(const FigureFolder& folder, const ChainStudy& study) {
  std::vector<Figure> figures = {draw_samples(folder, study)};
  if (study.plan.bypass.size() > 1) figures.push_back(draw_bypass(folder, study));
  std::vector<std::pair<Critic, const nlohmann::json*>> pieces;
  for (const auto& task : study.plan.tasks) {
    if (task.kind != ChainTask::Kind::plane) continue;
    pieces.emplace_back(task.critic, study.store.find(task.key()));
  }
  if (!pieces.empty()) figures.push_back(draw_planes(folder, study, pieces));
  return figures;
}

}  // namespace lagoon::pipelines
