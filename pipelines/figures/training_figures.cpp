#include "pipelines/figures/training_figures.hpp"

#include <algorithm>
#include <sstream>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/retrieval/statistics.hpp"

namespace lagoon::pipelines {
namespace {

constexpr int kShownDepths[] = {1, 5};

/// Rows [first, last] of a table that make one line of a plot.
struct Series {
  std::size_t run = 0;
  bool held_out = true;
  std::string label;
  std::size_t first = 0;
  std::size_t last = 0;

  std::string rows() const {
    return " every ::" + std::to_string(first) + "::" + std::to_string(last);
  }
};

std::string column_name(const std::string& direction, int k) {
  return direction + "_" + std::to_string(k);
}

Table empty_recall_table() {
  std::vector<std::string> columns = {"run", "split", "step", "seconds", "library_size"};
  for (const auto& direction : kDirections) {
    for (const int k : kRecallDepths) {
      const auto name = column_name(direction.key, k);
      columns.insert(columns.end(), {name, name + "_low", name + "_high"});
    }
  }
  return Table(columns);
}

std::size_t add_recall_row(Table& table, const std::string& run, const RecallPoint& point) {
  std::vector<Cell> row = {run, point.split, point.step, point.seconds, point.library_size};
  for (const auto& direction : kDirections) {
    for (const int k : kRecallDepths) {
      const double recall = point.recall.at(direction.key).at(k);
      const Interval interval = wilson_interval(recall, point.library_size);
      row.insert(row.end(), {recall, interval.low, interval.high});
    }
  }
  return table.add(std::move(row));
}

std::vector<Series> add_recalls(Table& table, const std::vector<TrainingRecord>& runs) {
  std::vector<Series> all;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    for (const bool held_out : {true, false}) {
      Series series{r, held_out,
                    runs[r].label + (held_out ? ", held-out flows" : ", training flows")};
      bool any = false;
      for (const auto& point : runs[r].recalls) {
        if ((point.split != "train") != held_out) continue;
        series.last = add_recall_row(table, runs[r].label, point);
        if (!any) series.first = series.last;
        any = true;
      }
      if (any) all.push_back(series);
    }
  }
  return all;
}

double last_second(const std::vector<TrainingRecord>& runs) {
  double last = 0;
  for (const auto& run : runs) {
    for (const auto& point : run.recalls) last = std::max(last, point.seconds);
  }
  return last;
}

/// Expression and label of the horizontal axis.
struct Axis {
  std::string expression;
  std::string label;
};

Axis axis_for(Clock clock, const std::vector<TrainingRecord>& runs) {
  if (clock == Clock::steps) return {"(column('step'))", "step"};
  if (last_second(runs) < 300) return {"(column('seconds'))", "training time (seconds)"};
  return {"(column('seconds')/60)", "training time (minutes)"};
}

std::string quoted_column(const std::string& name) {
  return "(column('" + name + "'))";
}

// A faint band of the 95% interval, the held-out curve in the run's style with filled points, the
// training curve thin and dotted with hollow points.
std::string recall_plot(const std::string& file, const std::vector<Series>& all, const Axis& axis,
                        const std::string& column) {
  std::ostringstream plot;
  plot << "plot ";
  for (const auto& series : all) {
    const auto& style = line_style(series.run);
    const std::string source = "'" + file + ".csv'" + series.rows() + " using " + axis.expression;
    if (series.held_out) {
      plot << source << ":" << quoted_column(column + "_low") << ":"
           << quoted_column(column + "_high") << " with filledcurves lc rgb '#D0" << style.colour
           << "' notitle, " << source << ":" << quoted_column(column) << " with linespoints "
           << line_style_text(series.run);
    } else {
      plot << source << ":" << quoted_column(column) << " with linespoints lc rgb '#"
           << style.colour << "' lw 0.9 dt (2,2) ps 0.6 pt " << style.hollow_point;
    }
    plot << " title " << gnuplot_string(series.label) << ", ";
  }
  plot << "NaN notitle\n";
  return plot.str();
}

std::string curves_caption(Clock clock, const std::vector<TrainingRecord>& runs) {
  std::int64_t library = 0;
  for (const auto& run : runs) {
    for (const auto& point : run.recalls) library = std::max(library, point.library_size);
  }
  std::ostringstream text;
  text << "How often the true partner is the best match (left) or among the five best (right) of "
       << library << " candidates";
  text << (clock == Clock::steps ? ", against training steps. " : ", against training time. ");
  text << "Filled points: flows never trained on, with the 95% interval of their recall as a band; "
          "hollow points: training flows. The gap between them is what was learned by heart. "
          "Guessing would reach "
       << number_text(1.0 / static_cast<double>(std::max<std::int64_t>(library, 1)), 2)
       << " (left).";
  return text.str();
}

}  // namespace

Figure draw_recall_curves(const FigureFolder& folder, const std::vector<TrainingRecord>& runs,
                          Clock clock) {
  const std::string name = clock == Clock::steps ? "recall_over_steps" : "recall_over_seconds";
  Table table = empty_recall_table();
  const auto all = add_recalls(table, runs);
  const Axis axis = axis_for(clock, runs);
  const PanelGrid grid{.columns = 2,
                       .rows = 2,
                       .panel_width = 390,
                       .panel_height = 190,
                       .left = 76,
                       .right = 30,
                       .top = 34,
                       .bottom = 44,
                       .gap = 60,
                       .footer = 8 + 22 * static_cast<int>(runs.size())};
  std::string commands =
      "set yrange [0:1]\nset ytics 0.2 format '%.1f'\nset xrange [0:*]\nset multiplot\nunset key\n";
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 2; ++column) {
      const auto& direction = kDirections[static_cast<std::size_t>(row)];
      const int k = kShownDepths[column];
      commands +=
          grid.frame(column, row, direction.title + ", recall@" + std::to_string(k), axis.label);
      commands += column == 0 ? "set ylabel 'share of queries'\n" : "unset ylabel\n";
      if (row == 1 && column == 1) commands += grid.key_in_footer(2);
      commands += recall_plot(name, all, axis, column_name(direction.key, k));
    }
  }
  const std::string title =
      clock == Clock::steps ? "Recall over training steps" : "Recall over training time";
  return folder.draw({name, title, curves_caption(clock, runs), grid.width(), grid.height()},
                     {{"", table}}, commands);
}

Figure draw_loss_curves(const FigureFolder& folder, const std::vector<TrainingRecord>& runs) {
  const std::string name = "loss";
  Table table({"run", "step", "seconds", "loss", "temperature"});
  std::vector<Series> all;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (runs[r].losses.empty()) continue;
    const std::size_t first = table.size();
    for (const auto& point : runs[r].losses) {
      table.add({runs[r].label, point.step, point.seconds, point.loss, point.temperature});
    }
    all.push_back({r, true, runs[r].label, first, table.size() - 1});
  }
  const PanelGrid grid{.columns = 2,
                       .rows = 1,
                       .panel_width = 390,
                       .panel_height = 190,
                       .left = 76,
                       .right = 30,
                       .top = 34,
                       .bottom = 44,
                       .gap = 60,
                       .footer = 30};
  std::string commands = "set xrange [0:*]\nset multiplot\nunset key\n";
  const auto panel = [&](int column, const std::string& title, const std::string& field) {
    commands += grid.frame(column, 0, title, "step") + "plot ";
    for (const auto& series : all) {
      commands += "'" + name + ".csv'" + series.rows() + " using 'step':'" + field +
                  "' with lines " + line_style_text(series.run) + " title " +
                  gnuplot_string(series.label) + ", ";
    }
    commands += "NaN notitle\n";
  };

  panel(0, "contrastive loss (nats)", "loss");
  commands += "set yrange [0:*]\n" + grid.key_in_footer(3);
  panel(1, "temperature of the tilting", "temperature");
  const std::string caption =
      "Left: the mean loss of each logging interval; it may also fall because flows are learned by "
      "heart, so read it beside the held-out recall. Right: the temperature, which sets how sharp "
      "the learned posterior is.";
  return folder.draw({name, "Loss and temperature", caption, grid.width(), grid.height()},
                     {{"", table}}, commands);
}

}  // namespace lagoon::pipelines
