#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "contrastive/diagnostics/contrast.hpp"
#include "contrastive/diagnostics/cosine_test.hpp"
#include "contrastive/diagnostics/dynamic_range.hpp"
#include "contrastive/diagnostics/effective_rank.hpp"
#include "contrastive/diagnostics/hubness.hpp"
#include "contrastive/diagnostics/normality.hpp"
#include "contrastive/diagnostics/reliability.hpp"
#include "contrastive/diagnostics/sphere_divergence.hpp"

namespace lagoon::pipelines {

/// What one encoder makes of its modality. What cannot be said of these embeddings is absent.
struct DiagnosedSide {
  contrastive::Estimate uniformity;
  contrastive::CosineTest cosines;
  contrastive::CosineHistogram histogram;
  std::optional<contrastive::Estimate> divergence;          ///< absent: exact copies
  std::optional<contrastive::NormalityTest> henze_zirkler;  ///< absent: rows that span no volume
  std::optional<contrastive::MardiaTest> mardia;
  contrastive::EffectiveRank rank;
  contrastive::Hubness hubs;  ///< as the library of the other side's queries
};

/// What two encoders make of pairs.
struct Diagnosis {
  std::int64_t pairs = 0;
  std::int64_t dim = 0;
  double temperature = 0;
  double uniformity_of_sphere = 0;
  DiagnosedSide eulerian, lagrangian;
  contrastive::Estimate alignment;
  double modality_gap = 0;
  contrastive::Reliability reliability;  ///< of the best flow's weight, given a trajectory
  contrastive::DynamicRange range;
};

/// Samples that a bridge over a link needs.
struct BridgeNeed {
  double samples = 0;
  bool is_lower_bound = false;  ///< the pairs cannot show more information
};

/// Of a link with that information: exp(information) and two nats more. Whether a bridge is to be
/// taken at all, no link alone can tell.
BridgeNeed bridge_need(const contrastive::DynamicRange& range);

/// Fewest pairs that a diagnosis is made of, and most: some of its parts cost their square.
inline constexpr std::int64_t kFewestDiagnosed = 40;
inline constexpr std::int64_t kMostDiagnosed = 1024;

/// Row i of one is the partner of row i of the other, as EncoderPair embeds them for that tilting;
/// at most kMostDiagnosed pairs, evenly spread, take part. Throws Error for fewer than
/// kFewestDiagnosed.
Diagnosis diagnose(const contrastive::Embeddings& eulerian,
                   const contrastive::Embeddings& lagrangian, const std::string& tilting,
                   double temperature, int threads);

/// {"value", "standard_error"}.
nlohmann::json to_json(const contrastive::Estimate& estimate);

/// Estimates as above; what is absent is null.
nlohmann::json to_json(const Diagnosis& diagnosis);

}  // namespace lagoon::pipelines
