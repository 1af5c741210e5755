#include "pipelines/gaussian/process/process_report.hpp"

#include "pipelines/gaussian/process/example_figure.hpp"
#include "pipelines/gaussian/process/process_text.hpp"
#include "pipelines/gaussian/process/sweep_figures.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/report/text_table.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using Row = std::vector<std::string>;

nlohmann::json population_json(const ProcessTheory& theory) {
  nlohmann::json json;
  for (int rank = 1; rank <= theory.full_rank(); ++rank) {
    const auto r = static_cast<std::size_t>(rank);
    const std::string key = std::to_string(rank);
    json["error_u_given_v"][key] = theory.population[r].u_given_v;
    json["error_v_given_u"][key] = theory.population[r].v_given_u;
    json["j_cond"][key] = theory.j_cond[r];
  }
  return json;
}

nlohmann::json setting_json(const FitSetting& setting, const std::vector<ProcessFit>& fits) {
  nlohmann::json json = to_json(mean_trained(fits));
  json["embedding_dim"] = setting.embedding_dim;
  json["batch_size"] = setting.batch_size;
  json["samples"] = setting.samples;
  json["plug_in"] = to_json(mean_plug_in(fits));
  for (const auto& fit : fits) {
    auto one = to_json(fit.trained);
    one["seed"] = fit.seed;
    one["loss"] = fit.loss;
    json["per_seed"].push_back(one);
  }
  return json;
}

const Row kPopulationHeader = {"rank", "singular value", "error of E[u|v]", "error of E[v|u]",
                               "J_cond"};

std::vector<Row> population_rows(const ProcessTheory& theory) {
  std::vector<Row> rows;
  for (std::size_t r = 0; r < theory.population.size(); ++r) {
    const auto s = static_cast<Eigen::Index>(r) - 1;
    rows.push_back({std::to_string(r), r == 0 ? "" : decimals(theory.canonical.s(s), 8),
                    decimals(theory.population[r].u_given_v, 8),
                    decimals(theory.population[r].v_given_u, 8), decimals(theory.j_cond[r], 6)});
  }
  return rows;
}

const Row kFitHeader = {"dimension",       "batch", "pairs",           "steps",
                        "error of E[u|v]", "best",  "error of E[v|u]", "best"};

std::vector<Row> fit_rows(const ProcessStudy& study) {
  std::vector<Row> rows;
  for (const auto& [setting, fits] : study.fits) {
    const auto trained = mean_trained(fits);
    const auto& best = study.theory.best(setting.embedding_dim);
    rows.push_back({std::to_string(setting.embedding_dim), std::to_string(setting.batch_size),
                    std::to_string(setting.samples),
                    std::to_string(steps_of(study.options, setting)),
                    decimals(trained.u_given_v, 5), decimals(best.u_given_v, 5),
                    decimals(trained.v_given_u, 4), decimals(best.v_given_u, 4)});
  }
  return rows;
}

void add_numbers(HtmlPage& page, const ProcessStudy& study) {
  page.heading("What linear encoders can know");
  page.table(kPopulationHeader, population_rows(study.theory));
  page.paragraph(
      "Of each rank, the best encoders for infinitely many pairs (Theorem 5.1): the mean square "
      "distance of their conditional means from the true ones, and the conditional loss's "
      "divergence J_cond. Rank 0 has learned nothing. The mutual information of u and v is " +
      decimals(study.theory.mutual_information, 8) + " nats.");
  if (study.fits.empty()) return;
  page.heading("What training reaches");
  page.paragraph(training_text(study.options) +
                 " Errors are computed in closed form from the learned map A = G^T H and the true "
                 "law, without sampling; they are means over the seeds.");
  page.table(kFitHeader, fit_rows(study));
}

}  // namespace

nlohmann::json to_json(const ProcessStudy& study) {
  const auto& s = study.theory.canonical.s;
  nlohmann::json json = {{"singular_values", std::vector<double>(s.begin(), s.end())},
                         {"mutual_information", study.theory.mutual_information},
                         {"population", population_json(study.theory)},
                         {"nothing_learned", to_json(study.theory.population.front())},
                         {"seeds", study.options.seeds},
                         {"trained", nlohmann::json::array()}};
  for (const auto& [setting, fits] : study.fits) {
    json["trained"].push_back(setting_json(setting, fits));
  }
  return json;
}

std::string process_text(const ProcessStudy& study) {
  std::string text = "mutual information " + decimals(study.theory.mutual_information, 8) +
                     " nats\n" + lines_of(kPopulationHeader, population_rows(study.theory));
  if (!study.fits.empty()) text += lines_of(kFitHeader, fit_rows(study));
  return text;
}

void write_process_page(const FigureFolder& folder, const ProcessStudy& study,
                        const Invocation& invocation) {
  HtmlPage page("A Gaussian process seen twice: what linear encoders learn");
  page.paragraph(
      "A random function w on (0, 1) is seen twice: u are its values at 12 points with noise, v "
      "its first 5 coefficients. Linear encoders are trained by the two-sided conditional loss on "
      "the inner product; their conditional means are compared with the true ones, which are "
      "known, as "
      "in [BST] section 6.1.");
  add_numbers(page, study);
  page.heading("Figures");
  const auto example = process_example(study.theory, study.seed);
  std::vector<Figure> figures = {draw_process_example(folder, study.theory, example, study.seed)};
  for (const auto& plan : study.plans) {
    figures.push_back(draw_sweep(folder, study.theory, example, plan, study.fits, study.options));
  }
  add_figures(page, figures, folder.path());
  page.heading("Where the printed figures cannot be right");
  for (const auto& text : corrections_of_print(study.theory)) page.paragraph(text);
  finish_page(page, folder.path(), invocation, ", and every fit (fits.jsonl)");
}

}  // namespace lagoon::pipelines
