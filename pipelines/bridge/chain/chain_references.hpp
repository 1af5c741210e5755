#pragma once

#include <map>
#include <vector>

#include "pipelines/bridge/chain/chain_law.hpp"
#include "pipelines/bridge/chain/grouped_recall.hpp"

namespace lagoon::pipelines {

/// What is known without training.
struct ChainReference {
  double bayes = 0;                      ///< recall@1 by p(a, c) / p(a) p(c)
  std::map<std::int64_t, double> exact;  ///< by Lemma 1 with the true ratios, pool size -> recall@1
  /// Pool size -> median over the held-out pairs of what the estimate of log p(a, c) / p(a) p(c)
  /// falls short of it, nats: a pool that lacks the samples that matter gives too little.
  std::map<std::int64_t, double> shortfall;
  double information_ab = 0, information_bc = 0, information_ac = 0;  ///< nats
};

/// Of the held-out triplets, whose C is looked for, through the first samples of the pool.
ChainReference chain_reference(const ChainLaw& law, const Groups& groups, const Triplets& held_out,
                               const contrastive::Embeddings& pool,
                               const std::vector<std::int64_t>& pool_sizes);

}  // namespace lagoon::pipelines
