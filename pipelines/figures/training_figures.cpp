#include "pipelines/figures/training_figures.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <ranges>
#include <sstream>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/retrieval/statistics.hpp"

namespace lagoon::pipelines {
namespace {

constexpr int kShownDepths[] = {1, 5};
constexpr int kPanelHeight = 190;

/// Rows [first, last] of a table that make one line of a plot.
struct Series {
  std::size_t run = 0;
  bool held_out = true;
  std::string label;
  std::size_t first = 0;
  std::size_t last = 0;

  std::string style() const {
    if (held_out) return "linespoints " + line_style_text(run);
    return "linespoints lc rgb '#" + std::string(line_style(run).colour) +
           "' lw 0.9 dt (2,2) ps 0.6 pt " + std::to_string(line_style(run).hollow_point);
  }
};

std::string column_name(const std::string& direction, int k) {
  return direction + "_" + std::to_string(k);
}

Table empty_recall_table() {
  std::vector<std::string> columns = {"run", "split", "step", "samples", "seconds", "library_size"};
  for (const auto& direction : kDirections) {
    for (const int k : kRecallDepths) {
      const auto name = column_name(direction.key, k);
      columns.insert(columns.end(), {name, name + "_low", name + "_high"});
    }
  }
  return Table(columns);
}

std::size_t add_recall_row(Table& table, const std::string& run, const RecallPoint& point) {
  std::vector<Cell> row = {run,           point.split,   point.step,
                           point.samples, point.seconds, point.library_size};
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
      Series series{r, held_out, runs[r].label + (held_out ? ", held out" : ", trained on")};
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
    for (const auto& point : run.losses) last = std::max(last, point.seconds);
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
  if (clock == Clock::samples) return {"(column('samples')/1000)", "pairs trained on (thousands)"};
  if (last_second(runs) < 300) return {"(column('seconds'))", "training time (seconds)"};
  return {"(column('seconds')/60)", "training time (minutes)"};
}

std::string quoted_column(const std::string& name) {
  return "(column('" + name + "'))";
}

std::vector<PanelGrid::KeyEntry> key_of(const std::vector<Series>& all) {
  std::vector<PanelGrid::KeyEntry> entries;
  for (const auto& series : all) entries.push_back({series.style(), series.label});
  return entries;
}

// A faint band of the 95% interval, the held-out curve in the run's style with filled points, the
// training curve thin with hollow points.
std::string recall_plot(const std::string& file, const std::vector<Series>& all, const Axis& axis,
                        const std::string& column) {
  std::string plot = "plot ";
  for (const auto& series : all) {
    const std::string source =
        csv_rows(file, series.first, series.last) + " using " + axis.expression;
    if (series.held_out) {
      plot += source + ":" + quoted_column(column + "_low") + ":" +
              quoted_column(column + "_high") + " with filledcurves lc rgb '#D0" +
              line_style(series.run).colour + "' notitle, ";
    }
    plot += source + ":" + quoted_column(column) + " with " + series.style() + " notitle, ";
  }
  return plot + "NaN notitle\n";
}

std::vector<Series> add_losses(Table& table, const std::vector<TrainingRecord>& runs) {
  std::vector<Series> all;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (runs[r].losses.empty()) continue;
    const std::size_t first = table.size();
    for (const auto& point : runs[r].losses) {
      table.add({runs[r].label, point.step, point.samples, point.seconds, point.loss,
                 point.temperature, point.gradient_norm, point.samples_per_second});
    }
    all.push_back({r, true, runs[r].label, first, table.size() - 1});
  }
  return all;
}

std::string loss_plot(const std::string& file, const std::vector<Series>& all, const Axis& axis,
                      const std::string& field) {
  std::string plot = "plot ";
  for (const auto& series : all) {
    plot += csv_rows(file, series.first, series.last) + " using " + axis.expression + ":" +
            quoted_column(field) + " with lines " + line_style_text(series.run) + " notitle, ";
  }
  return plot + "NaN notitle\n";
}

// One panel of draw_loss_curves.
struct LossPanel {
  const char* title;
  const char* field;
  double LossPoint::*value;
  Clock clock;
  const char* commands;  ///< before its plot
};
constexpr LossPanel kLossPanels[] = {
    {"loss", "loss", &LossPoint::loss, Clock::samples, "set yrange [*:*]"},
    {"loss", "loss", &LossPoint::loss, Clock::seconds, ""},
    {"temperature of the tilting", "temperature", &LossPoint::temperature, Clock::samples,
     "set yrange [0:*]"},
    {"length of the gradient", "gradient_norm", &LossPoint::gradient_norm, Clock::samples, ""},
    {"pairs a second", "samples_per_second", &LossPoint::samples_per_second, Clock::seconds, ""},
};

/// Runs of earlier versions did not record all of them.
std::vector<LossPanel> recorded_panels(const std::vector<TrainingRecord>& runs) {
  std::vector<LossPanel> panels;
  std::ranges::copy_if(kLossPanels, std::back_inserter(panels), [&](const LossPanel& panel) {
    return std::ranges::any_of(runs, [&](const TrainingRecord& run) {
      return std::ranges::any_of(
          run.losses, [&](const LossPoint& point) { return std::isfinite(point.*panel.value); });
    });
  });
  return panels;
}

/// The last held-out recall of the run in which it is highest.
std::string curves_finding(const std::vector<TrainingRecord>& runs) {
  std::string text;
  double highest = -1;
  for (const auto& run : runs) {
    const auto latest_first = run.recalls | std::views::reverse;
    const auto last = std::ranges::find_if(
        latest_first, [](const auto& point) { return point.split != "train"; });
    if (last == latest_first.end()) continue;
    const double recall_at_1 = last->recall.at(kDirections.front().key).at(1);
    if (recall_at_1 <= highest) continue;
    highest = recall_at_1;
    text = (runs.size() > 1 ? "Highest at the end is " + run.label + ": " : "At the end ") +
           first_places_text(last->recall, last->library_size, last->library_size) + ". ";
  }
  return text;
}

std::string curves_caption(Clock clock, const std::vector<TrainingRecord>& runs) {
  std::int64_t smallest = std::numeric_limits<std::int64_t>::max(), largest = 1;
  for (const auto& run : runs) {
    for (const auto& point : run.recalls) {
      smallest = std::min(smallest, point.library_size);
      largest = std::max(largest, point.library_size);
    }
  }
  std::ostringstream text;
  text << curves_finding(runs)
       << "How often the true partner is the best match (left) or among the five best (right) of "
       << (smallest < largest ? std::to_string(smallest) + " to " : "") << largest << " candidates";
  text << (clock == Clock::steps     ? ", against training steps. "
           : clock == Clock::samples ? ", against pairs trained on. "
                                     : ", against training time. ");
  text << "Filled points: flows never trained on, with the 95% interval of their recall as a band; "
          "hollow points: training flows. The gap between them is what was learned by heart. "
          "Guessing would reach "
       << number_text(1.0 / static_cast<double>(largest), 2) << " (left).";
  return text.str();
}

/// "mlp ends with loss 0.12 and temperature 0.056. ": of every run.
std::string losses_finding(const std::vector<TrainingRecord>& runs) {
  std::string text;
  for (const auto& run : runs) {
    if (run.losses.empty()) continue;
    const LossPoint& last = run.losses.back();
    text += run.label + " ends with loss " + number_text(last.loss, 3) + " and temperature " +
            number_text(last.temperature, 3) + ". ";
  }
  return text;
}

}  // namespace

Figure draw_recall_curves(const FigureFolder& folder, const std::vector<TrainingRecord>& runs,
                          Clock clock) {
  const std::string name = clock == Clock::steps     ? "recall_over_steps"
                           : clock == Clock::samples ? "recall_over_samples"
                                                     : "recall_over_seconds";
  Table table = empty_recall_table();
  const auto all = add_recalls(table, runs);
  const Axis axis = axis_for(clock, runs);
  const PanelGrid grid = curve_panels(2, kPanelHeight, 8 + 22 * static_cast<int>(runs.size()));
  std::string commands =
      "set yrange [0:1]\nset ytics 0.2 format '%.1f'\nset xrange [0:*]\nset multiplot\nunset key\n";
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 2; ++column) {
      const auto& direction = kDirections[static_cast<std::size_t>(row)];
      const int k = kShownDepths[column];
      commands +=
          grid.frame(column, row, direction.title + ", recall@" + std::to_string(k), axis.label);
      commands += column == 0 ? "set ylabel 'share of queries'\n" : "unset ylabel\n";
      commands += recall_plot(name, all, axis, column_name(direction.key, k));
    }
  }
  commands += grid.key(key_of(all), 2);
  const std::string title = clock == Clock::steps     ? "Recall over training steps"
                            : clock == Clock::samples ? "Recall over pairs trained on"
                                                      : "Recall over training time";
  return folder.draw({name, title, curves_caption(clock, runs), grid.width(), grid.height()},
                     {{"", table}}, commands);
}

Figure draw_loss_curves(const FigureFolder& folder, const std::vector<TrainingRecord>& runs) {
  const std::string name = "loss";
  Table table({"run", "step", "samples", "seconds", "loss", "temperature", "gradient_norm",
               "samples_per_second"});
  const auto all = add_losses(table, runs);
  std::vector<PanelGrid::KeyEntry> entries;
  for (const auto& series : all) {
    entries.push_back({"lines " + line_style_text(series.run), series.label});
  }
  const std::vector<LossPanel> panels = recorded_panels(runs);
  const auto n_panels = static_cast<int>(panels.size());
  const PanelGrid grid = curve_panels(std::max(1, (n_panels + 1) / 2), kPanelHeight, 30);
  std::string commands = "set xrange [0:*]\nset multiplot\nunset key\n";
  for (int i = 0; i < n_panels; ++i) {
    const LossPanel& panel = panels[static_cast<std::size_t>(i)];
    const Axis axis = axis_for(panel.clock, runs);
    commands += std::string(panel.commands) + "\n" +
                grid.frame(i % 2, i / 2, panel.title, axis.label) +
                loss_plot(name, all, axis, panel.field);
  }
  commands += grid.key(entries, (n_panels + 1) / 2);
  const std::string caption =
      losses_finding(runs) +
      "The mean of each logging interval. The loss may also fall because flows are learned by "
      "heart, so read it beside the held-out recall; losses of different batch sizes or kinds do "
      "not compare. The temperature sets how sharp the learned posterior is.";
  return folder.draw(
      {name, "Loss, temperature, gradient and speed", caption, grid.width(), grid.height()},
      {{"", table}}, commands);
}

}  // namespace lagoon::pipelines
