#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pipelines/bridge/bridge_run.hpp"
#include "pipelines/bridge/chain/chain_plan.hpp"
#include "pipelines/bridge/result_store.hpp"

namespace lagoon::pipelines {

/// Makes what the plan names and the store lacks, side by side, each on one thread. Throws Stopped
/// where a signal asks for the stop; what was done is stored.
void make_chain_pieces(const ChainOptions& options, const ChainPlan& plan, int threads,
                       ResultStore& store);

/// The mean of a figure over seeds.
struct SeedMean {
  double mean = 0;
  double half_width = 0;  ///< of its 95% interval by Student's t; 0 of a single seed
  double standard_error = 0;
  std::vector<double> values;
};

/// Of values, one a seed, taken as independent draws of one normal law.
SeedMean seed_mean(std::vector<double> values);

/// Of the fits of one kind, those in which no pair, but the embeddings alone, decided for an
/// estimator.
struct ChainDecisions {
  int made = 0;
  int direct = 0;  ///< decided for direct comparison
  int better = 0;  ///< for what finds no less, through the whole pool
};

/// All that one run found.
struct ChainStudy {
  ChainOptions options;
  ChainPlan plan;
  const ResultStore& store;
  std::uint64_t seed = 0;

  /// "direct" or a pool size as "mc" of a kind of fits at rho; none if they were not asked for.
  std::optional<SeedMean> fits(const std::string& model, contrastive::Critic critic, double rho,
                               std::optional<std::int64_t> pool_size) const;
  /// Bayes without a pool size, exact ratios with one.
  SeedMean reference(double rho, std::optional<std::int64_t> pool_size) const;
  /// Of a trained model with a critic.
  ChainDecisions decisions(const std::string& model, contrastive::Critic critic) const;
  /// Of a pair of modalities at rho, nats.
  SeedMean information(const std::string& pair, double rho) const;

 private:
  int seeds_at(double rho) const;
};

/// Writes OUT/index.html, pictures, summary.json and fits.jsonl, one line a finished piece, from
/// which --resume goes on.
int run_chain(const ChainOptions& options, const BridgeRun& run, const Invocation& invocation);

}  // namespace lagoon::pipelines
