#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "contrastive/training/trainer.hpp"

namespace lagoon::pipelines {

/// Where a run's time went, for summary.json: parts, each {seconds, share}, and the model-FLOP
/// utilisation: three times the encoders' forward products of all steps (backward is two), over the
/// seconds of the steps, over `peak` operations a second of this process's share of the machine,
/// each of `ranks` processes having one.
nlohmann::json profile_json(const contrastive::TrainingSummary& summary, int batch_size,
                            double peak, int ranks);

/// The same as a table.
std::string profile_text(const nlohmann::json& profile);

}  // namespace lagoon::pipelines
