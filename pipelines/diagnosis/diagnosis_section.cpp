#include "pipelines/diagnosis/diagnosis_section.hpp"

#include <string>
#include <vector>

#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {
namespace {

using Json = nlohmann::json;
using Row = std::vector<std::string>;

std::string number(const Json& value) {
  return value.is_number() ? number_text(value.get<double>(), 3) : "not defined";
}

/// "0.21 ± 0.03": a value and its standard error.
std::string estimate(const Json& value) {
  if (!value.is_object()) return "not defined";
  return number(value.at("value")) + " ± " + number(value.at("standard_error"));
}

std::string test(const Json& value) {
  if (!value.is_object()) return "not defined";
  return "p = " + number(value.at("p_value"));
}

/// One row: the same number of either side.
template <typename Text>
Row side_row(const std::string& name, const Json& diagnosis, const char* place, const Text& text,
             const std::string& good) {
  const Json::json_pointer at(place);
  return {name, text(diagnosis.at("eulerian").at(at)), text(diagnosis.at("lagrangian").at(at)),
          good};
}

std::vector<Row> side_rows(const Json& d) {
  return {
      side_row("uniformity", d, "/uniformity", estimate,
               "the sphere's " + number(d.at("uniformity_of_sphere")) + "; 0: all coincide"),
      side_row("cosines against uniform directions", d, "/cosines", test, "p above .05"),
      side_row("divergence from uniform, nats", d, "/divergence_from_uniform", estimate, "0"),
      side_row("normality (Henze–Zirkler)", d, "/normality/henze_zirkler", test,
               "p above .05, of unnormalised embeddings of few coordinates"),
      side_row("effective rank", d, "/effective_rank/entropy", estimate,
               "near the dimension, " + d.at("dim").dump()),
      side_row("hubs: skewness of occurrences", d, "/hubs/skewness", estimate, "below 1.4"),
      side_row("rows that answer nobody", d, "/hubs/unanswering_share", number, "few"),
  };
}

/// None of a summary that an earlier version wrote.
std::string bridge_samples(const Json& d) {
  if (!d.contains("bridge")) return "not measured";
  const Json& bridge = d.at("bridge");
  return (bridge.at("is_lower_bound").get<bool>() ? "at least " : "") +
         number_text(bridge.at("samples").get<double>(), 2);
}

std::vector<Row> pair_rows(const Json& d) {
  const Json& range = d.at("dynamic_range");
  const Json& reliability = d.at("reliability");
  return {
      {"alignment", estimate(d.at("alignment")), "0: pairs coincide; 2: unrelated"},
      {"modality gap", number(d.at("modality_gap")), "small"},
      {"calibration error", number(reliability.at("expected_calibration_error")),
       number(reliability.at("if_calibrated")) + " by chance alone, " + test(reliability)},
      {"information, nats", estimate(range.at("information")),
       "at most log N = " + number(range.at("log_library"))},
      {"range of scores in use", number(range.at("used")),
       range.at("reach").is_null()
           ? "unbounded"
           : "reachable: " + number(range.at("reach")) + " (2 / temperature)"},
      {"range for 99% on the partner", number(range.at("needed")),
       range.at("is_enough").get<bool>() ? "within reach" : "out of reach: lower the temperature"},
      {"samples of a bridge over this link", bridge_samples(d),
       "exp(information + 2); which estimator to trust takes two links"},
  };
}

}  // namespace

void add_diagnosis_section(HtmlPage& page, const Json& diagnosis) {
  if (!diagnosis.is_object() || !diagnosis.contains("dynamic_range")) return;
  page.subheading("What the embeddings are like");
  page.table({"of either side", "flows", "trajectories", "good"}, side_rows(diagnosis));
  page.table({"of the pairs", "measured", "good"}, pair_rows(diagnosis));
  page.paragraph("Of " + diagnosis.at("pairs").dump() +
                 " pairs; ± is a standard error. Cosines are compared with those of simulated "
                 "uniform directions, so that p-values hold although pairs share rows.");
}

}  // namespace lagoon::pipelines
