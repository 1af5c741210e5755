#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "contrastive/bridging/critic.hpp"
#include "pipelines/bridge/chain/chain_law.hpp"
#include "pipelines/bridge/chain/grouped_recall.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon bridge chain: the Gaussian chain of [CE], with the settings of its corrected code.
struct ChainOptions {
  std::string models = "all";   ///< all | none | of unconscious,disparate,oracle
  std::string critics = "all";  ///< all | of cosine,dot,l2
  int seeds = 10;
  std::vector<double> bypass = {0, 0.25, 0.5, 0.75};
  int bypass_seeds = 5;
  std::vector<double> noises = {};  ///< of A and C, beside ChainLaw::kNoise
  std::vector<double> pool_sizes = {1, 10, 100, 1000, 5000, 10000, 100000};
  std::int64_t pairs = 20000;  ///< of each kind that training sees
  std::int64_t groups = 31;
  std::int64_t epochs = 64;
  std::int64_t batch_size = 256;
  double learning_rate = 0.01;
  std::int64_t step_epochs = 60;
  int embedding_dim = 32;
  int width = 128;
  bool planes = true;  ///< also encoders of two outputs, to look at
};

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

/// What the options ask for, each list sorted and without doubles. Throws Error for names and sizes
/// that cannot be.
struct ChainPlan {
  std::vector<std::string> models;
  std::vector<contrastive::Critic> critics;
  std::vector<double> bypass;
  std::vector<double> noises;
  std::vector<std::int64_t> pool_sizes;
  Groups groups;
  std::vector<ChainTask> tasks;
};
ChainPlan plan_chain(const ChainOptions& options, std::uint64_t seed);

/// All that a piece depends on beside its key.
nlohmann::json chain_training_json(const ChainOptions& options, const ChainPlan& plan);

/// Critics whose fits the bypass is shown for: the dot product's direct scores are no comparison.
std::vector<contrastive::Critic> bypass_critics(const ChainPlan& plan);

}  // namespace lagoon::pipelines
