#include "pipelines/bridge/maze/maze_report.hpp"

#include <map>

#include "datasets/text/text.hpp"
#include "pipelines/bridge/maze/trajectory_figure.hpp"
#include "pipelines/report/html_page.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/report/text_table.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using Row = std::vector<std::string>;

/// Success and SPL of the errata to [CE], direct and log-sum-exp.
struct Published {
  double success[kMazePolicies.size()], spl[kMazePolicies.size()];
};
const std::map<std::string, Published> kErrata = {{"fork", {{.24, .71}, {.15, .56}}},
                                                  {"island", {{.61, .95}, {.40, .69}}},
                                                  {"blank", {{.58, .90}, {.35, .64}}}};

nlohmann::json interval_json(const MazeScore& score) {
  return {score.low, score.high};
}

nlohmann::json measure_json(const MazeResult& result, MazeMeasure measure) {
  nlohmann::json json;
  for (const MazePolicyKind kind : kMazePolicies) {
    const MazeScore found = score(result.trials, kind, measure);
    json[to_string(kind)] = found.value;
    json[to_string(kind) + "_interval"] = interval_json(found);
    for (const auto& trial : result.trials) {
      json["per_seed"][to_string(kind)].push_back(mean_of(trial, kind, measure));
    }
  }
  const MazeScore difference = gain(result.trials, measure);
  json["gain"] = difference.value;
  json["gain_interval"] = interval_json(difference);
  return json;
}

std::string score_text(const MazeScore& score) {
  return with_interval(score.value, score.low, score.high);
}

const Row kHeader = {"maze", "policy", "success", "errata", "SPL", "errata", "SPL of the curve"};

std::vector<Row> score_rows(const std::vector<MazeResult>& results) {
  std::vector<Row> rows;
  for (const auto& result : results) {
    for (const MazePolicyKind kind : kMazePolicies) {
      const auto i = static_cast<std::size_t>(kind);
      const Published& published = kErrata.at(result.maze);
      const auto text = [&](MazeMeasure measure) {
        return score_text(score(result.trials, kind, measure));
      };
      rows.push_back({result.maze, kind == MazePolicyKind::direct ? "direct" : "Monte Carlo",
                      text(MazeMeasure::success), decimals(published.success[i], 2),
                      text(MazeMeasure::spl), decimals(published.spl[i], 2),
                      text(MazeMeasure::spl_of_curve)});
    }
  }
  return rows;
}

std::vector<Row> seed_rows(const std::vector<MazeResult>& results) {
  std::vector<Row> rows;
  for (const auto& result : results) {
    for (const auto& trial : result.trials) {
      const auto text = [&](MazePolicyKind kind, MazeMeasure measure) {
        return decimals(mean_of(trial, kind, measure), 3);
      };
      rows.push_back({result.maze, std::to_string(trial.seed),
                      text(MazePolicyKind::direct, MazeMeasure::success),
                      text(MazePolicyKind::monte_carlo, MazeMeasure::success),
                      text(MazePolicyKind::direct, MazeMeasure::spl),
                      text(MazePolicyKind::monte_carlo, MazeMeasure::spl),
                      decimals(trial.action_loss, 3), decimals(trial.label_loss, 3)});
    }
  }
  return rows;
}

/// "by 0.47 (0.43 to 0.51) in fork, ...".
std::string gains_text(const std::vector<MazeResult>& results) {
  std::vector<std::string> gains;
  for (const auto& result : results) {
    gains.push_back(score_text(gain(result.trials, MazeMeasure::success)) + " in " + result.maze);
  }
  return datasets::enumerated(gains);
}

void add_setting(HtmlPage& page, const MazeOptions& o) {
  page.paragraph(
      "An agent is told in words where to go: a row or a column of a maze. It was trained on two "
      "kinds of pairs that share only the state: a state and an action with a state that an expert "
      "reached later, and a state with the name of its row or column. Nobody ever saw an action "
      "together with a name. At each step it takes, of 8 directions a, the one of the highest "
      "score of (state, a) and the name: directly, f(phi_A(s, a), phi_C(name)), or through the "
      "states, log 1/M sum_m exp(f(phi_A(s, a), phi_B(s_m)) + f(phi_B(s_m), phi_C(name))) over M "
      "= " +
      std::to_string(o.states) + " states that are uniform over the free area.");
  page.paragraph("Encoders are trained for " + std::to_string(o.steps) + " steps on batches of " +
                 std::to_string(o.batch.pairs) + " pairs of either kind from " +
                 std::to_string(o.trajectories) + " trajectories, " + std::to_string(o.seeds) +
                 (o.seeds == 1 ? " seed" : " seeds") + " of each maze with " +
                 std::to_string(o.episodes) + " episodes each of at most 100 steps.");
}

void add_numbers(HtmlPage& page, const std::vector<MazeResult>& results) {
  page.heading("Success");
  page.table(kHeader, score_rows(results));
  page.paragraph("Log-sum-exp reaches its label more often by " + gains_text(results) +
                 ", task by task. Intervals are of 95% over episodes: what more episodes of the "
                 "same fits would give. SPL weighs a success by shortest / max(shortest, length): "
                 "the shortest way over cells, as the errata do, or the shortest curve.");
}

void add_seeds(HtmlPage& page, const std::vector<MazeResult>& results) {
  page.heading("Each fit");
  page.table({"maze", "seed", "success, direct", "success, Monte Carlo", "SPL, direct",
              "SPL, Monte Carlo", "loss of actions", "loss of labels"},
             seed_rows(results));
  page.paragraph(
      "Why direct comparison fails: a name belongs to a whole row of states, which their encoder "
      "must spread out, for actions tell them apart. So phi_C(name) lies aside from all of them, "
      "about as far from the nearest as from the others, and its distance from phi_A(s, a) says "
      "little of whether a leads to any. The sum asks of each state whether a leads there and "
      "whether it has the name.");
}

}  // namespace

nlohmann::json to_json(const std::vector<MazeResult>& results) {
  nlohmann::json json;
  for (const auto& result : results) {
    for (const MazeMeasure measure : kMazeMeasures) {
      json[to_string(measure)][result.maze] = measure_json(result, measure);
    }
    for (const auto& trial : result.trials) {
      json["losses"][result.maze].push_back(
          {{"seed", trial.seed}, {"action", trial.action_loss}, {"label", trial.label_loss}});
    }
  }
  return json;
}

std::string maze_text(const std::vector<MazeResult>& results) {
  std::vector<Row> rows;
  for (const Row& row : score_rows(results)) rows.push_back({row[0], row[1], row[2], row[4]});
  return lines_of({"maze", "policy", "success", "SPL"}, rows);
}

void write_maze_page(const FigureFolder& folder, const MazeOptions& options,
                     const std::vector<MazeResult>& results, const Invocation& invocation) {
  HtmlPage page("Language in a maze: labels never seen with actions");
  add_setting(page, options);
  add_numbers(page, results);
  std::vector<Figure> figures = {draw_success(folder, results)};
  for (const auto& result : results) figures.push_back(draw_trajectories(folder, result));
  add_figures(page, figures, folder.path());
  add_seeds(page, results);
  finish_page(page, folder.path(), invocation, ", and every fit (fits.jsonl)");
}

}  // namespace lagoon::pipelines
