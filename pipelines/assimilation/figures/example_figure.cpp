#include "pipelines/assimilation/figures/example_figure.hpp"

#include <algorithm>
#include <utility>

#include "flow/assimilation/posterior.hpp"
#include "flow/modes.hpp"
#include "flow/scores/posterior_fields.hpp"
#include "pipelines/figures/torus_panel.hpp"

namespace lagoon::pipelines {
namespace {

constexpr int kSizeLevels = 8;

using Field = std::vector<double>;

Field to_field(const Eigen::VectorXd& values) {
  return {values.begin(), values.end()};
}

/// What a row shows.
struct Answer {
  std::string name;
  std::string title;
  double relative_error = 0;
  Field mean, error, spread;
};

Answer make_answer(const MethodResult& result, std::size_t query, const flow::FieldMap& map,
                   const Eigen::VectorXd& truth) {
  const auto moments = flow::field_moments(result.examples[query], map);
  const Eigen::VectorXd error = (moments.mean - truth).cwiseAbs();
  return {result.name,
          result.title,
          error.norm() / truth.norm(),
          to_field(moments.mean),
          to_field(error),
          to_field(moments.spread)};
}

/// Panels with what was observed: paths, or, where positions have errors, dots, for drifters did
/// not go from one to the next.
class ObservedPanels {
 public:
  ObservedPanels(TorusPanels panels, bool has_noise)
      : panels_(std::move(panels)), has_noise_(has_noise) {}

  const TorusPanels& all() const { return panels_; }

  std::string draw(TorusPanels::Panel panel) const {
    panel.roles = {"query"};
    if (has_noise_) {
      panel.rows_drawn = "strcol('mark') eq 'release'";
      panel.rows_marked = "1";
      panel.mark_size = 0.3;
    }
    return panels_.draw(panel);
  }

 private:
  TorusPanels panels_;
  bool has_noise_;
};

/// Every row has size colours of its own: what is good would else be blank beside what is not.
std::string row_panels(const ObservedPanels& panels, const Answer& answer, int row,
                       const Levels& levels) {
  const Levels sizes = round_levels(
      std::max(largest_magnitude(answer.error), largest_magnitude(answer.spread)), kSizeLevels);
  const std::string error = "relative error at t = 0: " + number_text(answer.relative_error, 3);
  return panels.all().signed_colours(levels) +
         panels.draw({0, row, answer.title, "mean", answer.name + "_mean", {}, ""}) +
         panels.all().size_colours(sizes) +
         panels.draw({1, row, "Error of the mean", error, answer.name + "_error", {}, ""}) +
         panels.draw({2,
                      row,
                      "Spread",
                      "standard deviation",
                      answer.name + "_spread",
                      {},
                      "spread, error of ψ"});
}

}  // namespace

Figure draw_example(const FigureFolder& folder, const Queries& queries, std::size_t query,
                    const std::vector<MethodResult>& results) {
  const PotentialFields fields(queries.law);
  const auto map = flow::field_map(queries.law, queries.space, flow::FieldKind::psi, fields.n(), 0);
  const Eigen::VectorXd truth_values =
      map.map * queries.truth.col(static_cast<Eigen::Index>(query));
  const Field truth = to_field(truth_values);
  std::vector<Answer> answers;
  for (const auto& result : results) {
    if (!result.reason.empty() || result.name == "prior") continue;
    answers.push_back(make_answer(result, query, map, truth_values));
  }
  double largest = largest_magnitude(truth);
  std::vector<NamedField> named = {{"truth", &truth}};
  for (const auto& answer : answers) {
    largest = std::max(largest, largest_magnitude(answer.mean));
    named.push_back({answer.name + "_mean", &answer.mean});
    named.push_back({answer.name + "_error", &answer.error});
    named.push_back({answer.name + "_spread", &answer.spread});
  }
  const Levels levels = round_levels(largest, kSignedLevels);
  const std::string name = "example_" + std::to_string(query + 1);
  const bool has_noise = queries.law.observation_noise_std > 0;
  const ObservedPanels panels(
      TorusPanels(name, 3, 1 + static_cast<int>(answers.size()), queries.law.n_drifters()),
      has_noise);
  std::string commands =
      panels.all().begin() + panels.all().signed_colours(levels) +
      panels.draw({0, 0, "True flow", "with what was observed", "truth", {}, "streamfunction ψ"});
  int row = 0;
  for (const auto& answer : answers) {
    ++row;
    commands += row_panels(panels, answer, row, levels);
  }
  const auto tracks = queries.tracks(query);
  const auto paths = observed_paths(queries.law, tracks.x, tracks.y);
  return folder.draw(
      {name, "Example " + std::to_string(query + 1) + ": fields by method",
       std::string("Streamfunction ψ at t = 0 with ") +
           (has_noise ? "the observed positions"
                      : "the observed paths, from the release points (discs)") +
           ". A posterior that is right about itself has a spread where, and as large as, its "
           "error is; each method has colours of its own for these.",
       panels.all().width(), panels.all().height()},
      {{"", field_table(fields.n(), named)}, {"_paths", path_table({{"query", &paths}})}},
      commands);
}

}  // namespace lagoon::pipelines
