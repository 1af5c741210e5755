#include "pipelines/bridge/decide/decision_json.hpp"

#include <utility>

#include "pipelines/diagnosis/diagnosis.hpp"
#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::DecisionEvidence;
using contrastive::Estimate;

Estimate estimate_of(const nlohmann::json& json) {
  return {json.at("value"), json.at("standard_error")};
}

}  // namespace

DecisionEvidence evidence_of(const nlohmann::json& json) {
  DecisionEvidence evidence;
  evidence.samples = json.at("samples");
  evidence.comparable = json.at("comparable");
  evidence.shared_encoder = estimate_of(json.at("shared_encoder"));
  evidence.bridge_cosines.distance = json.at("bridge_cosines").at("distance");
  evidence.bridge_cosines.p_value = json.at("bridge_cosines").at("p_value");
  evidence.direct_agreement = estimate_of(json.at("direct_agreement"));
  evidence.pool_agreement = estimate_of(json.at("pool_agreement"));
  evidence.pseudo_direct = estimate_of(json.at("pseudo_direct"));
  evidence.pseudo_monte_carlo = estimate_of(json.at("pseudo_monte_carlo"));
  evidence.effective_samples = json.at("effective_samples");
  evidence.information_ab = json.at("information").at("ab");
  evidence.information_bc = json.at("information").at("bc");
  for (const auto& [samples, agreement] : json.at("agreement_by_samples").items()) {
    evidence.agreement_by_samples[std::stoll(samples)] = agreement;
  }
  return evidence;
}

nlohmann::json to_json(const DecisionEvidence& evidence) {
  nlohmann::json by_samples = nlohmann::json::object();
  for (const auto& [samples, agreement] : evidence.agreement_by_samples) {
    by_samples[std::to_string(samples)] = agreement;
  }
  return {{"samples", evidence.samples},
          {"comparable", evidence.comparable},
          {"shared_encoder", to_json(evidence.shared_encoder)},
          {"bridge_cosines",
           {{"distance", evidence.bridge_cosines.distance},
            {"p_value", evidence.bridge_cosines.p_value}}},
          {"direct_agreement", to_json(evidence.direct_agreement)},
          {"pool_agreement", to_json(evidence.pool_agreement)},
          {"pseudo_direct", to_json(evidence.pseudo_direct)},
          {"pseudo_monte_carlo", to_json(evidence.pseudo_monte_carlo)},
          {"effective_samples", evidence.effective_samples},
          {"information", {{"ab", evidence.information_ab}, {"bc", evidence.information_bc}}},
          {"agreement_by_samples", std::move(by_samples)}};
}

nlohmann::json to_json(const contrastive::Decision& decision) {
  return {{"estimator", decision.direct ? "direct" : "monte_carlo"},
          {"margin", decision.margin},
          {"samples_needed", decision.samples},
          {"more_samples_would_help", decision.more_would_help},
          {"reason", decision.reason}};
}

std::optional<BridgeChoice> choose(const contrastive::BridgeTask& task,
                                   const contrastive::DecisionOptions& options) {
  if (!contrastive::can_decide(task)) return std::nullopt;
  const auto evidence = contrastive::gather_evidence(task, options);
  return BridgeChoice{evidence, contrastive::decide(evidence)};
}

nlohmann::json to_json(const BridgeChoice& choice) {
  auto json = to_json(choice.decision);
  json["evidence"] = to_json(choice.evidence);
  return json;
}

std::string choice_text(const BridgeChoice& choice) {
  const auto& [evidence, decision] = choice;
  std::string text = "By " + std::to_string(evidence.samples) + " bridge samples and no pair, " +
                     (decision.direct ? "compare directly" : "compare through the bridge") +
                     " (margin " + number_text(decision.margin, 3) + "): " + decision.reason + ".";
  if (decision.more_would_help) {
    text += " The ranking is settled by at least " + std::to_string(decision.samples) +
            " bridge samples.";
  }
  return text;
}

}  // namespace lagoon::pipelines
