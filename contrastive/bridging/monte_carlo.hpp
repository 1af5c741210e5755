#pragma once

#include <cstdint>
#include <memory>

#include "contrastive/bridging/critic.hpp"

namespace lagoon::contrastive {

/// Log-ratios of two modalities that nobody saw together, through a third that was seen with
/// either, where both are independent given it ([CE] Lemma 1):
///   p(a, c) / p(a) p(c) = E_b [ p(a, b) / p(a) p(b) * p(b, c) / p(b) p(c) ],
/// the mean over b from its own law replaced by one over M bridge samples.
///
/// The estimate needs M of the order of exp(information of the links): with fewer, few samples or
/// none carry the mean (effective samples near 1), and it falls short of the truth.

/// An estimate and how far to trust it, cell by cell.
struct MonteCarloEstimate {
  std::int64_t samples = 0;  ///< M
  ScoreGrid scores;          ///< log (1/M) sum_m w_m
  /// Of the scores by the delta method: sqrt(1 / effective samples - 1 / M). Blind to samples that
  /// a pool lacks: it says little where the effective samples are few.
  ScoreGrid standard_errors;
  ScoreGrid effective_samples;  ///< (sum w)^2 / sum w^2, between 1 and M
};

/// The estimate over a pool that comes in stretches, so that it need not fit in memory.
class MonteCarloSum {
 public:
  /// The mean over b of exp(ab(a, b) + bc(b', c)). a and c must outlive it. `with_errors` doubles
  /// the work.
  MonteCarloSum(const Embeddings& a, const Link& ab, const Embeddings& c, const Link& bc,
                bool with_errors = false);
  ~MonteCarloSum();

  /// Rows [first, first + count) of b and b': what the encoders of either pair make of the same
  /// bridge samples (the same object if they share one). Throws Error for shapes that do not fit.
  void add(const Embeddings& b, const Embeddings& b_prime, std::int64_t first, std::int64_t count);
  void add(const Embeddings& b, const Embeddings& b_prime) { add(b, b_prime, 0, b.n); }

  std::int64_t samples() const;

  /// These throw Error while nothing was added.
  ScoreGrid scores() const;
  /// Less each candidate's own log-mean-exp over the pool, which would be 0 if a link were exactly
  /// the log-ratio: the learned normalisers are not exactly 1.
  ScoreGrid self_normalized_scores() const;
  /// Throws Error as well unless it was made with errors.
  MonteCarloEstimate estimate() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// (n_a, n_c): log (1/M) sum_m exp(ab(a, b_m) + bc(b'_m, c)) over the whole of a pool.
/// This and the next two throw Error for shapes that do not fit, and for an empty pool.
ScoreGrid monte_carlo_scores(const Embeddings& a, const Embeddings& b, const Link& ab,
                             const Embeddings& b_prime, const Embeddings& c, const Link& bc);

/// The same, self-normalised.
ScoreGrid self_normalized_scores(const Embeddings& a, const Embeddings& b, const Link& ab,
                                 const Embeddings& b_prime, const Embeddings& c, const Link& bc);

/// The same with error bars and effective samples.
MonteCarloEstimate monte_carlo_estimate(const Embeddings& a, const Embeddings& b, const Link& ab,
                                        const Embeddings& b_prime, const Embeddings& c,
                                        const Link& bc);

}  // namespace lagoon::contrastive
