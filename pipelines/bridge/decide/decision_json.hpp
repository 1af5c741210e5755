#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "contrastive/bridging/decision/decision.hpp"

namespace lagoon::pipelines {

/// Estimates are {"value", "standard_error"}.
nlohmann::json to_json(const contrastive::DecisionEvidence& evidence);

/// The inverse. Throws nlohmann::json::exception if anything is missing.
contrastive::DecisionEvidence evidence_of(const nlohmann::json& json);

/// {"estimator", "margin", "samples_needed", "more_samples_would_help", "reason"}.
nlohmann::json to_json(const contrastive::Decision& decision);

/// Which estimator to trust, and by what.
struct BridgeChoice {
  contrastive::DecisionEvidence evidence;
  contrastive::Decision decision;
};

/// None of too few rows or samples.
std::optional<BridgeChoice> choose(const contrastive::BridgeTask& task,
                                   const contrastive::DecisionOptions& options);

/// The decision's keys and "evidence".
nlohmann::json to_json(const BridgeChoice& choice);

/// In a few sentences.
std::string choice_text(const BridgeChoice& choice);

}  // namespace lagoon::pipelines
