#include "pipelines/gaussian/planar/planar_report.hpp"

#include "pipelines/gaussian/planar/density_figures.hpp"
#include "pipelines/gaussian/planar/planar_text.hpp"
#include "pipelines/gaussian/planar/plane_figures.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/report/text_table.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using Row = std::vector<std::string>;

nlohmann::json to_json(const PlanarMoments::Conditional& law) {
  return {{"coefficient", law.coefficient}, {"variance", law.variance}};
}

nlohmann::json to_json(const PlanarMoments& moments) {
  return {{"u_given_v", to_json(moments.u_given_v)},
          {"v_given_u", to_json(moments.v_given_u)},
          {"marginal_u", moments.marginal_u},
          {"marginal_v", moments.marginal_v},
          {"covariance", moments.covariance},
          {"kl_joint", moments.kl_joint},
          {"j_cond", moments.j_cond}};
}

Row row_of(const std::string& name, const PlanarMoments& m) {
  Row row = {name};
  for (const double value :
       {m.u_given_v.coefficient, m.u_given_v.variance, m.v_given_u.coefficient,
        m.v_given_u.variance, m.marginal_u, m.marginal_v, m.covariance, m.kl_joint, m.j_cond}) {
    row.push_back(decimals(value, 6));
  }
  return row;
}

const Row kHeader = {"model", "E[u|v=1]", "Var u|v",   "E[v|u=1]",   "Var v|u",
                     "Var u", "Var v",    "Cov(u, v)", "KL(mu||nu)", "J_cond"};

std::vector<Row> rows_of(const PlanarStudy& study) {
  std::vector<Row> rows = {row_of("the data", study.truth.moments),
                           row_of("product of the marginals", study.reference.moments)};
  for (const auto& model : study.models) {
    const bool normalized = model.key == kNormalizedKey;
    const auto at = [&](double temperature) {
      return normalized ? ", temperature " + decimals(temperature, 4) : "";
    };
    rows.push_back(row_of(model.title + at(model.temperature), model.closed.moments));
    if (model.trained) {
      rows.push_back(row_of("  trained" + at(model.trained_temperature), model.trained->moments));
    }
  }
  rows.push_back(row_of("normalised encoders, temperature 1", study.unit_temperature.moments));
  return rows;
}

std::vector<Figure> draw_all(const FigureFolder& folder, const PlanarStudy& study) {
  std::vector<Figure> figures = {draw_reference_and_data(folder, study)};
  const auto densities = draw_planar_densities(folder, study);
  constexpr std::size_t kPrinted = 3;  // of the five, Figures 2 to 4
  for (std::size_t i = 0; i < kPrinted; ++i) figures.push_back(densities[i]);
  figures.push_back(draw_learned_planes(folder, study));
  figures.push_back(draw_sign_densities(folder, study));
  figures.push_back(draw_sign_planes(folder, study));
  figures.insert(figures.end(), densities.begin() + kPrinted, densities.end());
  return figures;
}

}  // namespace

nlohmann::json to_json(const PlanarStudy& study) {
  nlohmann::json models, trained;
  for (const auto& model : study.models) {
    models[model.key] = to_json(model.closed.moments);
    if (model.trained) trained[model.key] = to_json(model.trained->moments);
  }
  const auto& normalized = study.model(kNormalizedKey);
  models[kNormalizedKey]["temperature"] = normalized.temperature;
  models[kNormalizedKey]["unit_temperature"] = to_json(study.unit_temperature.moments);
  if (normalized.trained) trained[kNormalizedKey]["temperature"] = normalized.trained_temperature;
  nlohmann::json json = {{"data", to_json(study.truth.moments)},
                         {"reference", to_json(study.reference.moments)},
                         {"mutual_information", study.mutual_information},
                         {"models", models}};
  if (!trained.is_null()) json["trained"] = trained;
  return json;
}

std::string planar_text(const PlanarStudy& study) {
  return lines_of(kHeader, rows_of(study));
}

void write_planar_page(const FigureFolder& folder, const PlanarStudy& study,
                       const Invocation& invocation) {
  HtmlPage page("Two Gaussian components: what each loss learns");
  page.paragraph(
      "u and v are jointly Gaussian, one component each. Linear encoders of one dimension tilt the "
      "product of the marginals; each loss chooses another tilting. Everything here has a closed "
      "form, for infinitely many pairs; beside it stands what gradient training on fresh pairs "
      "reaches. Conditionals are shown at v = 1 and at u = 1, as in [BST] section 5.4.");
  page.heading("Numbers");
  page.table(kHeader, rows_of(study));
  page.paragraph(
      "mu is the data's law, nu the model. J_cond is half the sum of the mean divergences of both "
      "conditionals. Trained rows are of the mean tilting over the second half of the iterates.");
  page.heading("Figures");
  add_figures(page, draw_all(folder, study), folder.path());
  page.heading("Where the printed figures cannot be right");
  for (const auto& text : corrections_of_print()) page.paragraph(text);
  finish_page(page, folder.path(), invocation);
}

}  // namespace lagoon::pipelines
