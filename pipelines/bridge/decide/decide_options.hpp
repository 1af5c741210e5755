#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "contrastive/bridging/critic.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// How encoders of the Gaussian chain are made in one trial of the decision.
struct DecideSetting {
  contrastive::Critic critic = contrastive::Critic::cosine;
  int embedding_dim = 8;
  double fixed_scale = 0;  ///< 0: learned
  double rho = 0;          ///< bypass: A and C are dependent given B
  bool shared = true;      ///< one encoder of B, or one for either pair

  /// "cosine, 8, learned scale, rho 0.5, shared".
  std::string name() const;
};

/// 72 settings: critic x (rho 0, 0.5, 0.75 shared; 0 disparate) x scale x dimension, the critic
/// fastest.
std::vector<DecideSetting> all_decide_settings();

/// What `lagoon bridge decide` is told.
struct DecideOptions {
  int settings = 72;  ///< the first so many
  int seeds = 1;
  std::int64_t pairs = 8192;
  std::int64_t epochs = 8;
  std::int64_t pool = 5000;  ///< decisions are made with a tenth of it, too
};

/// Throws Error for more settings than there are.
void require_valid(const DecideOptions& options);

/// `chosen`: true if the options matter.
void declare_decide(OptionTable& table, DecideOptions& options,
                    const std::function<bool()>& chosen);

}  // namespace lagoon::pipelines
