#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "contrastive/bridging/critic.hpp"
#include "pipelines/bridge/chain/chain_law.hpp"
#include "pipelines/bridge/chain/chain_options.hpp"
#include "pipelines/bridge/chain/grouped_recall.hpp"

namespace lagoon::pipelines {

/// In few digits, where they are all of it, else exactly: shares that differ have other names.
std::string rho_text(double rho);

/// One piece of the study, stored under its name.
struct ChainTask {
  /// What is computed.
  enum class Kind { reference, fit, plane };
  Kind kind = Kind::reference;
  std::string model;  ///< of a fit: unconscious | disparate | oracle
  contrastive::Critic critic = contrastive::Critic::cosine;
  double rho = 0;
  std::uint64_t seed = 0;
  double noise = ChainLaw::kNoise;

  std::string key() const;
};

/// What the options ask for, each list sorted and without doubles.
struct ChainPlan {
  std::vector<std::string> models;
  std::vector<contrastive::Critic> critics;
  std::vector<double> bypass;
  std::vector<double> noises;
  std::vector<std::int64_t> pool_sizes;
  Groups groups;
  std::vector<ChainTask> tasks;
};

/// Throws Error for names and sizes that cannot be.
ChainPlan plan_chain(const ChainOptions& options, std::uint64_t seed);

/// All that a piece depends on beside its key.
nlohmann::json chain_training_json(const ChainOptions& options, const ChainPlan& plan);

/// Critics whose fits the bypass is shown for: the dot product's direct scores are no comparison.
std::vector<contrastive::Critic> bypass_critics(const ChainPlan& plan);

}  // namespace lagoon::pipelines
