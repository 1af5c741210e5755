#include "pipelines/assimilation/page.hpp"

#include <cmath>

#include "pipelines/assimilation/example_figure.hpp"
#include "pipelines/assimilation/score_figures.hpp"
#include "pipelines/assimilation/study_figure.hpp"
#include "pipelines/assimilation/summary.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/report/html_page.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using Rows = std::vector<std::vector<std::string>>;

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
  if (law.diffusivity > 0) text += " Drifters diffuse, " + figures_text(law.diffusivity) + ".";
  page.paragraph(text);
}

void add_skill_table(HtmlPage& page, const std::vector<MethodResult>& results) {
  Rows rows;
  for (const auto& result : results) {
    if (!result.reason.empty()) continue;
    const auto& s = result.scores;
    rows.push_back({result.title, estimate_text(s.relative_error), estimate_text(s.velocity_error),
                    estimate_text(s.crps), estimate_text(s.energy_score)});
  }
  page.table({"method", "relative error of ψ", "of velocity", "CRPS", "energy score"}, rows);
  page.paragraph(
      "Mean over the queries, with 95% bootstrap intervals. Errors are of the posterior's mean "
      "over "
      "the torus and [0, T], relative to the truth's size; CRPS and energy score are of the "
      "coefficients in standard deviations of the prior. Smaller is better everywhere.");
}

void add_calibration_table(HtmlPage& page, const std::vector<MethodResult>& results) {
  Rows rows;
  for (const auto& result : results) {
    if (!result.reason.empty()) continue;
    std::vector<std::string> row = {result.title, estimate_text(result.scores.spread_skill)};
    for (const auto& coverage : result.scores.coverage) row.push_back(estimate_text(coverage));
    row.push_back(figures_text(result.ranks.smallest_p_value));
    rows.push_back(std::move(row));
  }
  page.table(
      {"method", "spread / skill", "in 50%", "in 80%", "in 90%", "in 95%", "smallest p of ranks"},
      rows);
  page.paragraph(
      "Spread over skill is 1, and coverage what the interval claims, where a method is right to "
      "be as sure as it is. The last column is the smallest p-value of " +
      std::to_string(kFunctionals) + " rank tests: below " + number_text(0.01 / kFunctionals, 2) +
      " a method is not calibrated.");
}

void add_cost_table(HtmlPage& page, const std::vector<MethodResult>& results) {
  Rows rows;
  for (const auto& result : results) {
    if (!result.reason.empty()) continue;
    rows.push_back(
        {result.title, estimate_text(result.seconds_per_query), figures_text(result.seconds_once),
         estimate_text(result.scores.effective_sample_size), estimate_text(result.information)});
  }
  page.table({"method", "seconds a query", "once", "effective sample size", "information, nats"},
             rows);
  page.paragraph(
      "Seconds are of one thread. Only ensembles have an effective sample size, and only "
      "normal posteriors an information: 1/2 log of the prior's volume over theirs.");
}

void add_reasons(HtmlPage& page, const std::vector<MethodResult>& results) {
  Rows rows;
  for (const auto& result : results) {
    if (!result.reason.empty()) rows.push_back({result.title, result.reason});
  }
  if (rows.empty()) return;
  page.subheading("Methods that do not exist here");
  page.table({"method", "why"}, rows);
}

std::vector<Figure> draw_figures(const FigureFolder& folder, const AssimilationRecord& record) {
  std::vector<Figure> figures;
  if (record.study && record.study->settings.size() > 1) {
    figures.push_back(draw_study(folder, *record.study, record.settings));
  }
  figures.push_back(draw_coverage(folder, record.base()));
  figures.push_back(draw_ranks(folder, record.base()));
  const bool has_costs = std::ranges::any_of(record.base(), [](const MethodResult& result) {
    return result.reason.empty() && result.name != "prior";
  });
  if (has_costs) figures.push_back(draw_cost(folder, record.base()));
  return figures;
}

std::size_t n_examples(const std::vector<MethodResult>& results) {
  for (const auto& result : results) {
    if (result.reason.empty()) return result.examples.size();
  }
  return 0;
}

void add_figure(HtmlPage& page, const FigureFolder& folder, const Figure& figure) {
  page.subheading(figure.title);
  page.figure(figure, folder.path());
}

}  // namespace

void write_page(const FigureFolder& folder, const AssimilationRecord& record,
                const nlohmann::json& summary) {
  const auto& results = record.base();
  HtmlPage page(record.study ? "Assimilation: " + record.study->title : "Assimilation");
  page.heading("Setting");
  add_setting(page, *record.queries);
  page.heading("How good, how sure, at what cost");
  add_skill_table(page, results);
  add_calibration_table(page, results);
  add_cost_table(page, results);
  add_reasons(page, results);
  page.heading("Pictures");
  for (const auto& figure : draw_figures(folder, record)) add_figure(page, folder, figure);
  for (std::size_t i = 0; i < n_examples(results); ++i) {
    add_figure(page, folder, draw_example(folder, *record.queries, i, results));
  }
  page.heading("Settings");
  page.folded_text("Configuration", summary["config"].get<std::string>());
  page.paragraph(summary["history"].get<std::string>());
  page.write(folder.path() / "index.html");
}

}  // namespace lagoon::pipelines
