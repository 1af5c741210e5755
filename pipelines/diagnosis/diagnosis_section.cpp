#include "pipelines/diagnosis/diagnosis_section.hpp"

#include <string>
#include <vector>

#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {
namespace {

using Row = std::vector<std::string>;

std::string number_cell(const nlohmann::json& value) {
  return value.is_number() ? number_text(value.get<double>(), 3) : "not defined";
}

/// "0.21 ± 0.03": a value and its standard error.
std::string estimate_cell(const nlohmann::json& value) {
  if (!value.is_object()) return "not defined";
  return number_cell(value.at("value")) + " ± " + number_cell(value.at("standard_error"));
}

std::string test_cell(const nlohmann::json& value) {
  if (!value.is_object()) return "not defined";
  return "p = " + number_cell(value.at("p_value"));
}

/// One row: the same number of either side.
template <typename Text>
Row side_row(const std::string& name, const nlohmann::json& diagnosis, const char* place,
             const Text& text, const std::string& good) {
  const nlohmann::json::json_pointer at(place);
  return {name, text(diagnosis.at("eulerian").at(at)), text(diagnosis.at("lagrangian").at(at)),
          good};
}

std::vector<Row> side_rows(const nlohmann::json& d) {
  return {
      side_row("uniformity", d, "/uniformity", estimate_cell,
               "the sphere's " + number_cell(d.at("uniformity_of_sphere")) + "; 0: all coincide"),
      side_row("cosines against uniform directions", d, "/cosines", test_cell, "p above .05"),
      side_row("divergence from uniform, nats", d, "/divergence_from_uniform", estimate_cell, "0"),
      side_row("normality (Henze–Zirkler)", d, "/normality/henze_zirkler", test_cell,
               "p above .05, of unnormalised embeddings of few coordinates"),
      side_row("effective rank", d, "/effective_rank/entropy", estimate_cell,
               "near the dimension, " + d.at("dim").dump()),
      side_row("hubs: skewness of occurrences", d, "/hubs/skewness", estimate_cell, "below 1.4"),
      side_row("rows that answer nobody", d, "/hubs/unanswering_share", number_cell, "few"),
  };
}

/// None of a summary that an earlier version wrote.
std::string bridge_samples(const nlohmann::json& d) {
  if (!d.contains("bridge")) return "not measured";
  const nlohmann::json& bridge = d.at("bridge");
  return (bridge.at("is_lower_bound").get<bool>() ? "at least " : "") +
         number_text(bridge.at("samples").get<double>(), 2);
}

std::vector<Row> pair_rows(const nlohmann::json& d) {
  const nlohmann::json& range = d.at("dynamic_range");
  const nlohmann::json& reliability = d.at("reliability");
  return {
      {"alignment", estimate_cell(d.at("alignment")), "0: pairs coincide; 2: unrelated"},
      {"modality gap", number_cell(d.at("modality_gap")), "small"},
      {"calibration error", number_cell(reliability.at("expected_calibration_error")),
       number_cell(reliability.at("if_calibrated")) + " by chance alone, " +
           test_cell(reliability)},
      {"information, nats", estimate_cell(range.at("information")),
       "at most log N = " + number_cell(range.at("log_library"))},
      {"range of scores in use", number_cell(range.at("used")),
       range.at("reach").is_null()
           ? "unbounded"
           : "reachable: " + number_cell(range.at("reach")) + " (2 / temperature)"},
      {"range for 99% on the partner", number_cell(range.at("needed")),
       range.at("is_enough").get<bool>() ? "within reach" : "out of reach: lower the temperature"},
      {"samples of a bridge over this link", bridge_samples(d),
       "exp(information + 2); which estimator to trust takes two links"},
  };
}

}  // namespace

void add_diagnosis_section(HtmlPage& page, const nlohmann::json& diagnosis) {
  if (!diagnosis.is_object() || !diagnosis.contains("dynamic_range")) return;
  page.subheading("What the embeddings are like");
  page.table({"of either side", "flows", "trajectories", "good"}, side_rows(diagnosis));
  page.table({"of the pairs", "measured", "good"}, pair_rows(diagnosis));
  page.paragraph(
      "Of " + diagnosis.at("pairs").dump() +
      " pairs; ± is a standard error. Cosines are compared with those of simulated "
      "uniform directions, so that p-values hold although pairs share rows. A small p-value "
      "says that there is a departure, not that it is large: so many pairs show a small "
      "one as well. Its size is the divergence from uniform, or the calibration error.");
}

}  // namespace lagoon::pipelines
