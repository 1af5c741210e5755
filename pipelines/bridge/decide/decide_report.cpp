#include "pipelines/bridge/decide/decide_report.hpp"

#include <algorithm>
#include <cmath>

#include "pipelines/bridge/decide/decision_json.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/retrieval/statistics.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::Critic;

bool is_decisive(const DecideTrial& trial) {
  return std::abs(trial.difference()) > kDecisive;
}

std::string estimator(bool direct) {
  return direct ? "direct" : "Monte-Carlo";
}

nlohmann::json trial_json(const DecideTrial& trial) {
  return {{"setting",
           {{"critic", to_string(trial.setting.critic)},
            {"embedding_dim", trial.setting.embedding_dim},
            {"fixed_scale", trial.setting.fixed_scale},
            {"rho", trial.setting.rho},
            {"shared", trial.setting.shared}}},
          {"seed", trial.seed},
          {"pool", trial.evidence.samples},
          {"recall_at_1", {{"direct", trial.direct}, {"monte_carlo", trial.monte_carlo}}},
          {"margin", trial.decision.margin},
          {"decision", trial.decision.direct ? "direct" : "monte_carlo"},
          {"samples_needed", trial.decision.samples},
          {"more_samples_would_help", trial.decision.more_would_help},
          {"right", trial.is_right()},
          {"evidence", to_json(trial.evidence)}};
}

/// Of trials that differ; there must be one.
double share_of(const DecideScores& scores) {
  return static_cast<double>(scores.right) / static_cast<double>(scores.decisive);
}

Interval interval_of(const DecideScores& scores) {
  return wilson_interval(share_of(scores), scores.decisive);
}

nlohmann::json agreement_json(const DecideScores& scores) {
  nlohmann::json json = {{"decisive", scores.decisive},
                         {"right", scores.right},
                         {"share", nullptr},
                         {"interval_95", nullptr}};
  if (scores.decisive == 0) return json;
  const auto interval = interval_of(scores);
  json["share"] = share_of(scores);
  json["interval_95"] = {interval.low, interval.high};
  return json;
}

std::string agreement_text(const DecideScores& scores, std::size_t trials) {
  const std::string decisive = " whose estimators differ by more than 0.05 in recall@1";
  if (scores.decisive == 0) return "there is no trial" + decisive;
  const auto interval = interval_of(scores);
  return "the decision is right in " + std::to_string(scores.right) + " of the " +
         std::to_string(scores.decisive) + " trials (of " + std::to_string(trials) + ")" +
         decisive + ": " + number_text(share_of(scores), 3) + " (" + number_text(interval.low, 3) +
         " to " + number_text(interval.high, 3) + ")";
}

std::vector<std::string> row_of(const DecideTrial& trial) {
  const auto& evidence = trial.evidence;
  const auto text = [](double value) { return number_text(value, 3); };
  const std::string verdict = !is_decisive(trial) ? "equal within .05"
                              : trial.is_right()  ? "right"
                                                  : "wrong";
  return {trial.setting.name(),
          std::to_string(evidence.samples),
          text(trial.direct),
          text(trial.monte_carlo),
          text(evidence.direct_agreement.value) + " / " + text(evidence.pool_agreement.value),
          text(evidence.pseudo_direct.value) + " / " + text(evidence.pseudo_monte_carlo.value),
          text(evidence.effective_samples),
          text(trial.decision.margin),
          estimator(trial.decision.direct),
          verdict};
}

Figure draw_margins(const FigureFolder& folder, const std::vector<DecideTrial>& trials) {
  Table table({"margin", "difference", "critic", "setting"});
  std::string plots;
  std::size_t style = 0;
  for (const Critic critic : {Critic::cosine, Critic::dot, Critic::l2}) {
    const std::size_t first = table.size();
    for (const auto& trial : trials) {
      if (trial.setting.critic != critic) continue;
      table.add(
          {trial.decision.margin, trial.difference(), to_string(critic), trial.setting.name()});
    }
    if (table.size() == first) continue;
    plots += ", " + csv_rows("decision", first, table.size() - 1) +
             " using 'margin':'difference' with points " + line_style_text(style) +
             " ps 1 title '" + to_string(critic) + "'";
    ++style;
  }
  const std::string commands =
      "set xlabel 'margin of the decision (right of 0: direct)'\n"
      "set ylabel 'recall\\@1, direct less Monte-Carlo'\nset key above Left reverse\n"
      "set arrow from 0, graph 0 to 0, graph 1 nohead lc rgb '#777777' dt (2,3)\n"
      "plot 0 with lines lc rgb '#777777' dt (2,3) notitle, 0.05 with lines lc rgb '#BBBBBB' "
      "notitle, -0.05 with lines lc rgb '#BBBBBB' notitle" +
      plots + "\n";
  const std::string caption =
      "Each point is one trained setting with one pool. In the upper right and lower left the "
      "decision, which saw no pair of A and C, is right; between the grey lines either estimator "
      "is as good.";
  return folder.draw({"decision", "Margins and what was right", caption, 640, 420}, {{"", table}},
                     commands);
}

}  // namespace

DecideScores score_decisions(const std::vector<DecideTrial>& trials) {
  DecideScores scores;
  const auto n = static_cast<double>(trials.size());
  for (const auto& trial : trials) {
    scores.decisive += is_decisive(trial);
    scores.right += is_decisive(trial) && trial.is_right();
    scores.decided += (trial.decision.direct ? trial.direct : trial.monte_carlo) / n;
    scores.best += std::max(trial.direct, trial.monte_carlo) / n;
    scores.direct += trial.direct / n;
    scores.monte_carlo += trial.monte_carlo / n;
  }
  return scores;
}

nlohmann::json to_json(const std::vector<DecideTrial>& trials) {
  const auto scores = score_decisions(trials);
  auto list = nlohmann::json::array();
  for (const auto& trial : trials) list.push_back(trial_json(trial));
  return {{"agreement", agreement_json(scores)},
          {"mean_recall",
           {{"decided", scores.decided},
            {"best", scores.best},
            {"direct", scores.direct},
            {"monte_carlo", scores.monte_carlo}}},
          {"trials", std::move(list)}};
}

std::string decide_text(const std::vector<DecideTrial>& trials) {
  const auto scores = score_decisions(trials);
  return agreement_text(scores, trials.size()) + "\nmean recall@1 as decided " +
         number_text(scores.decided, 3) + ", of the better estimator " +
         number_text(scores.best, 3) + ", always direct " + number_text(scores.direct, 3) +
         ", always Monte-Carlo " + number_text(scores.monte_carlo, 3) + "\n";
}

void write_decide_page(const FigureFolder& folder, const std::vector<DecideTrial>& trials,
                       const Invocation& invocation) {
  HtmlPage page("Direct or Monte-Carlo: how good is the decision?");
  page.paragraph(
      "Encoders of the Gaussian chain are trained in many ways; the decision sees embeddings and "
      "scales, and no pair of A and C. Pairs that it did not see then tell which estimator is the "
      "better one: recall@1 among 32.");
  page.paragraph(decide_text(trials));
  add_figures(page, {draw_margins(folder, trials)}, folder.path());
  std::vector<std::vector<std::string>> rows;
  for (const auto& trial : trials) rows.push_back(row_of(trial));
  page.subheading("All trials");
  page.table({"critic, dimension, scale, bypass, encoders of B", "bridge samples", "direct",
              "Monte-Carlo", "agreement: direct / half pools", "pseudo-pairs: direct / Monte-Carlo",
              "effective samples", "margin", "decision", ""},
             rows);
  finish_page(page, folder.path(), invocation, ", and every trial (fits.jsonl)");
}

}  // namespace lagoon::pipelines
