#include "pipelines/assimilation/page.hpp"

#include <algorithm>
#include <cmath>

#include "pipelines/assimilation/figures/example_figure.hpp"
#include "pipelines/assimilation/figures/method_lines.hpp"
#include "pipelines/assimilation/figures/score_figures.hpp"
#include "pipelines/assimilation/figures/skill_figures.hpp"
#include "pipelines/assimilation/scores/finding.hpp"
#include "pipelines/assimilation/study_figure.hpp"
#include "pipelines/assimilation/summary.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using TableRows = std::vector<std::vector<std::string>>;

void add_setting(HtmlPage& page, const Queries& queries) {
  const auto& law = queries.law;
  std::string text =
      std::to_string(queries.size()) + " queries: " + std::to_string(law.n_drifters()) +
      " drifters seen at " + std::to_string(law.n_times()) + " times up to " +
      figures_text(law.times.back()) + ", " + std::to_string(queries.space.size()) + " unknowns.";
  if (law.observation_noise_std > 0) {
    text += " Positions have errors of standard deviation " +
            figures_text(law.observation_noise_std) + ".";
  } else {
    text += " Positions are observed without error.";
  }
  if (law.has_varying_amplitudes()) {
    text += " Amplitudes vary in time: the unknowns, and errors, are of those at t = 0.";
  }
  if (law.diffusivity > 0) text += " Drifters diffuse, " + figures_text(law.diffusivity) + ".";
  page.paragraph(text);
}

/// Every setting of a study in numbers, and which of them the page goes on with.
void add_settings_table(HtmlPage& page, const AssimilationRecord& record) {
  if (!record.study || record.study->settings.size() < 2) return;
  const auto& study = *record.study;
  TableRows rows;
  for (std::size_t s = 0; s < study.settings.size(); ++s) {
    for (const auto& result : record.settings[s]) {
      if (!result.reason.empty()) continue;
      rows.push_back({number_text(study.settings[s].value), result.title,
                      estimate_text(result.scores.relative_error),
                      estimate_text(result.scores.crps),
                      estimate_text(result.scores.coverage[flow::kNinetyPercent])});
    }
  }
  page.table({study.axis, "method", "relative error of ψ", "CRPS", "in 90%"}, rows);
  page.paragraph("All tables and pictures below, but for the first picture, are of the setting " +
                 number_text(study.settings[study.base].value) + ".");
}

std::string ranks_text(const flow::SimulationBasedCalibration::Result& ranks) {
  std::string verdict = verdict_of(ranks);
  if (verdict == kTooFewQueries) return verdict;
  return verdict + ", p " + number_text(ranks.smallest_p_value, 2);
}

/// Of methods that iterate, the share of queries that converged.
std::string converged_text(const MethodResult& result) {
  if (!result.more.contains("converged")) return "—";
  return figures_text(100 * result.more["converged"].get<double>()) + "%";
}

void add_skill_table(HtmlPage& page, const std::vector<MethodResult>& results) {
  TableRows rows;
  for (const auto& result : results) {
    if (!result.reason.empty()) continue;
    const auto& s = result.scores;
    rows.push_back({result.title, estimate_text(s.relative_error), estimate_text(s.velocity_error),
                    estimate_text(s.crps), estimate_text(s.energy_score)});
  }
  page.table({"method", "relative error of ψ", "of velocity", "CRPS", "energy score"}, rows);
  page.paragraph(
      "Mean over the queries, with 95% bootstrap intervals. Errors are of the posterior's mean "
      "over the torus and [0, T], relative to the truth's size; CRPS and energy score are of the "
      "coefficients in standard deviations of the prior. Smaller is better everywhere.");
}

void add_calibration_table(HtmlPage& page, const std::vector<MethodResult>& results) {
  TableRows rows;
  for (const auto& result : results) {
    if (!result.reason.empty()) continue;
    std::vector<std::string> row = {result.title, estimate_text(result.scores.spread_skill)};
    for (const auto& coverage : result.scores.coverage) row.push_back(estimate_text(coverage));
    row.push_back(ranks_text(result.ranks));
    rows.push_back(std::move(row));
  }
  page.table({"method", "spread / skill", "in 50%", "in 80%", "in 90%", "in 95%", "ranks"}, rows);
  std::string text =
      "Spread over skill is 1, and coverage what the interval claims, where a method is right to "
      "be as sure as it is.";
  if (const auto methods = existing(results); !methods.empty()) {
    const auto& ranks = methods.front()->ranks;
    text +=
        " The last column has the smallest p-value of " +
        std::to_string(ranks.by_functional.size()) + " rank tests: below " +
        number_text(critical_p_value(ranks), 2) +
        " a method is not calibrated; one that is not refuted may yet be too sure, which coverage "
        "shows sooner. The test needs " +
        std::to_string(kFewestForRanks) + " queries.";
  }
  page.paragraph(text);
}

void add_forecast_table(HtmlPage& page, const std::vector<MethodResult>& results) {
  TableRows rows;
  for (const auto& result : results) {
    if (!result.reason.empty() || !result.forecast) continue;
    const auto& f = *result.forecast;
    rows.push_back({result.title, estimate_text(f.error), estimate_text(f.error_of_draws),
                    estimate_text(f.spread_skill)});
  }
  if (rows.empty()) return;
  page.subheading("Forecasts of unseen drifters");
  page.table({"method", "separation at T", "of the mean of draws", "spread / skill"}, rows);
  page.paragraph(
      "Distance at T between where the true flow takes " + std::to_string(flow::kForecastDrifters) +
      " drifters that were released elsewhere and where the flow of the posterior's mean does, "
      "over how far they go: 1 is that of drifters that stay where they are (persistence). The "
      "mean of draws is that of the places to which " +
      std::to_string(flow::kForecastDraws) + " flows drawn from the posterior take them.");
}

void add_distance_table(HtmlPage& page, const std::vector<MethodResult>& results) {
  TableRows rows;
  for (const auto* result : existing(results)) {
    if (!std::isfinite(result->discrepancy.value)) continue;
    rows.push_back(
        {result->title, estimate_text(result->divergence), estimate_text(result->discrepancy)});
  }
  if (rows.empty()) return;
  page.subheading("Distance from the exact posterior");
  page.table({"method", "KL(exact || method), nats", "squared MMD"}, rows);
  page.paragraph(
      "The Kullback-Leibler divergence is that of normal laws, of an ensemble the one with its "
      "members' mean and covariance; members of unequal weights have none. The maximum mean "
      "discrepancy is between draws, with a normal kernel as wide as their median distance; 0: the "
      "same law.");
}

void add_cost_table(HtmlPage& page, const std::vector<MethodResult>& results) {
  TableRows rows;
  for (const auto& result : results) {
    if (!result.reason.empty()) continue;
    rows.push_back({result.title, estimate_text(result.seconds_per_query),
                    figures_text(result.seconds_once),
                    estimate_text(result.scores.effective_sample_size),
                    estimate_text(result.information), converged_text(result)});
  }
  page.table({"method", "seconds a query", "once", "effective sample size", "information, nats",
              "converged"},
             rows);
  page.paragraph(
      "Seconds are of one thread. Only ensembles have an effective sample size, and only "
      "normal posteriors an information: 1/2 log of the prior's volume over theirs.");
}

void add_coarse_table(HtmlPage& page, const std::vector<CoarseScores>& coarse) {
  if (coarse.empty()) return;
  TableRows rows;
  for (const auto& row : coarse) {
    rows.push_back({number_text(row.interval), rule_text(row.rule),
                    estimate_text(row.scores.coverage[flow::kNinetyPercent]),
                    estimate_text(row.scores.spread_skill),
                    estimate_text(row.scores.relative_error)});
  }
  page.subheading("Where observations are coarser than the truth's steps");
  page.table(
      {"interval", "velocity of an increment", "in 90%", "spread / skill", "relative error of ψ"},
      rows);
  page.paragraph(
      "The truth takes steps of " + number_text(coarse.front().interval / kCoarseTruthSteps) +
      "; the regression takes an increment's velocity where it begins, or the mean of both ends, "
      "and is no longer Bayes' rule.");
}

/// What the learned weights are beside the exact ones.
void add_learned(HtmlPage& page, const nlohmann::json& summary) {
  const auto& learned = summary["methods"].value("contrastive", nlohmann::json());
  if (learned.is_null()) return;
  const auto text_of = [&](const std::string& key) {
    const auto& interval = learned[key + "_interval"];
    return figures_with_interval(learned[key], interval[0], interval[1]);
  };
  std::string text =
      "The likeliest flow of the contrastive posterior alone has a relative error of " +
      text_of("top_1_relative_error") + ", of velocity " + text_of("top_1_velocity_error") + ".";
  if (learned.contains("divergence_from_importance") &&
      learned["divergence_from_importance"].is_number()) {
    text +=
        " KL of importance sampling's weights from the learned ones, median over the queries: " +
        text_of("divergence_from_importance") + " nats.";
  }
  const double noise = summary["observation_noise_std"];
  const double trained = learned.value("trained_noise_std", noise);
  if (trained > noise) {
    text += " The encoders were trained with noise of " + figures_text(trained) +
            " where the queries have " + figures_text(noise) +
            ": their weights are those of so much wider a likelihood, which does not collapse on "
            "one flow.";
  }
  page.paragraph(text);
}

void add_reasons(HtmlPage& page, const std::vector<MethodResult>& results) {
  TableRows rows;
  for (const auto& result : results) {
    if (!result.reason.empty()) rows.push_back({result.title, result.reason});
  }
  if (rows.empty()) return;
  page.subheading("Methods not shown");
  page.table({"method", "why"}, rows);
}

std::vector<Figure> draw_figures(const FigureFolder& folder, const AssimilationRecord& record) {
  std::vector<Figure> figures;
  if (record.study && record.study->settings.size() > 1) {
    figures.push_back(draw_study(folder, *record.study, record.settings));
  }
  figures.push_back(draw_wavenumbers(folder, record.base()));
  figures.push_back(draw_coverage(folder, record.base()));
  figures.push_back(draw_ranks(folder, record.base()));
  const bool has_forecasts = std::ranges::any_of(
      record.base(), [](const MethodResult& result) { return result.forecast.has_value(); });
  if (has_forecasts) {
    figures.push_back(draw_forecasts(folder, record.queries->law.times.back(), record.base()));
  }
  const auto n_costs = std::ranges::count_if(record.base(), [](const MethodResult& result) {
    return result.reason.empty() && result.name != "prior";
  });
  if (n_costs > 1) figures.push_back(draw_cost(folder, record.base()));
  return figures;
}

std::size_t n_examples(const std::vector<MethodResult>& results) {
  for (const auto& result : results) {
    if (result.reason.empty()) return result.examples.size();
  }
  return 0;
}

}  // namespace

void write_page(const FigureFolder& folder, const AssimilationRecord& record,
                const nlohmann::json& summary, const Invocation& invocation) {
  const auto& results = record.base();
  HtmlPage page(record.study ? "Assimilation: " + record.study->title : "Assimilation");
  page.heading("Setting");
  add_setting(page, *record.queries);
  add_settings_table(page, record);
  page.heading("How good, how sure, at what cost");
  if (const auto finding = finding_of(results); !finding.empty()) page.paragraph(finding);
  add_skill_table(page, results);
  add_calibration_table(page, results);
  add_cost_table(page, results);
  add_learned(page, summary);
  add_distance_table(page, results);
  add_forecast_table(page, results);
  add_coarse_table(page, record.coarse);
  add_reasons(page, results);
  page.heading("Pictures");
  add_figures(page, draw_figures(folder, record), folder.path());
  for (std::size_t i = 0; i < n_examples(results); ++i) {
    add_figure(page, draw_example(folder, *record.queries, i, results), folder.path());
  }
  finish_page(page, folder.path(), invocation);
}

}  // namespace lagoon::pipelines
