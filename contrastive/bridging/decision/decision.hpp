#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "contrastive/bridging/critic.hpp"
#include "contrastive/diagnostics/cosine_test.hpp"

namespace lagoon::contrastive {

/// Two modalities that nobody saw together and a pool of a third that was seen with either; b and
/// b_prime are what the encoders of either pair make of the same samples (the same object if they
/// share one).
struct BridgeTask {
  const Embeddings& a;
  const Embeddings& b;
  const Link& ab;
  const Embeddings& b_prime;
  const Embeddings& c;
  const Link& bc;
};

/// How much of a task the evidence is gathered from.
struct DecisionOptions {
  std::int64_t rows = 512;          ///< of A and of C that take part, at most, evenly spread
  std::int64_t pseudo_pairs = 512;  ///< at most an eighth of the pool
  std::int64_t group = 32;          ///< candidates of a pseudo-pair
  std::uint64_t seed = 0;
  int threads = 0;
};

/// What speaks for either estimator, from embeddings and scales alone: no pair of A and C is known.
struct DecisionEvidence {
  std::int64_t samples = 0;  ///< M, the pool
  bool comparable = true;    ///< A and C have as many coordinates, so that there is a direct score
  /// Share of bridge samples that b_prime finds among as many by b: 1 if both encoders share a
  /// space.
  Estimate shared_encoder;
  CosineTest bridge_cosines;  ///< of b: direct comparison rests on uniform directions (Lemma 2)
  Estimate
      direct_agreement;     ///< rows whose best column is the same by direct and Monte-Carlo scores
  Estimate pool_agreement;  ///< the same of Monte-Carlo scores over two halves of the pool
  Estimate pseudo_direct;   ///< recall@1 of pseudo-pairs by direct scores
  Estimate pseudo_monte_carlo;
  double effective_samples = 0;  ///< median over rows, where the best column is
  double information_ab = 0;     ///< mean over rows of KL(weights of the pool || even), <= log M
  double information_bc = 0;
  /// Agreement of two disjoint pools by their size: M/8, M/4, M/2.
  std::map<std::int64_t, double> agreement_by_samples;
};

/// Whether there are 64 bridge samples, and 40 rows of A and of C.
bool can_decide(const BridgeTask& task);

/// Throws Error for pools of fewer than 64 samples, fewer than 40 rows of a modality, and shapes
/// that the links cannot compare.
DecisionEvidence gather_evidence(const BridgeTask& task, const DecisionOptions& options = {});

/// Which estimator to trust.
struct Decision {
  bool direct = false;
  double margin = 0;  ///< above 0: direct; see decide()
  /// Bridge samples whose ranking is settled: two halves choose alike in 9 of 10 rows. Beyond the
  /// pool it is extrapolated and means at least so many. 0 where direct is chosen.
  std::int64_t samples = 0;
  bool more_would_help = false;  ///< the pool is smaller than that
  std::string reason;            ///< one sentence
};

/// The rule. Were errors of the estimators independent, agreement of direct and Monte Carlo would
/// be r_direct r_mc, that of two pools r_mc^2 or less, so that
///   direct_agreement - pool_agreement
/// has the sign of r_direct - r_mc, without one known pair. Pools share the encoders' errors, which
/// favours Monte Carlo, so that the difference of recalls of pseudo-pairs is added to it.
Decision decide(const DecisionEvidence& evidence);

}  // namespace lagoon::contrastive
