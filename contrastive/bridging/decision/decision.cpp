#include "contrastive/bridging/decision/decision.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "contrastive/bridging/decision/score_choices.hpp"
#include "contrastive/bridging/grid_ranks.hpp"
#include "contrastive/bridging/monte_carlo.hpp"
#include "contrastive/bridging/pool_information.hpp"
#include "contrastive/inference/log_weights.hpp"
#include "contrastive/inference/sampling.hpp"
#include "flow/error.hpp"
#include "flow/numerics/sample_moments.hpp"

namespace lagoon::contrastive {
namespace {

constexpr std::int64_t kPieces = 8;
constexpr std::int64_t kRowsForInformation = 64;
constexpr std::int64_t kFewestSamples = 8 * kPieces, kFewestRows = 40;

/// The task with fewer rows, and its pool cut into pieces of equal size and the samples that
/// pseudo-pairs are drawn from, which are in no piece.
struct CutTask {
  CutTask(const BridgeTask& whole, const DecisionOptions& options)
      : a(thin(whole.a, options.rows)), c(thin(whole.c, options.rows)), task(whole) {
    held_out = std::min(options.pseudo_pairs, whole.b.n / kPieces);
    piece = (whole.b.n - held_out) / kPieces;
  }

  ScoreGrid piece_scores(std::int64_t index) const {
    MonteCarloSum sum(a, task.ab, c, task.bc);
    sum.add(task.b, task.b_prime, index * piece, piece);
    return sum.scores();
  }

  Embeddings a, c;
  const BridgeTask& task;
  std::int64_t held_out = 0, piece = 0;
};

/// Joins neighbours until one grid is left, with the agreement of the first two at each size.
ScoreGrid join(std::vector<ScoreGrid> grids, std::int64_t size, DecisionEvidence& evidence) {
  while (grids.size() > 1) {
    evidence.pool_agreement = agreement(grids[0], grids[1]);
    evidence.agreement_by_samples[size] = evidence.pool_agreement.value;
    std::vector<ScoreGrid> joined;
    for (std::size_t i = 0; i + 1 < grids.size(); i += 2) {
      joined.push_back(log_mean(grids[i], grids[i + 1]));
    }
    grids = std::move(joined);
    size *= 2;
  }
  return grids.front();
}

ScoreGrid less_row_means(ScoreGrid grid, const std::vector<double>& means) {
  for (std::int64_t i = 0; i < grid.rows; ++i) {
    for (std::int64_t j = 0; j < grid.cols; ++j) grid.values[i * grid.cols + j] -= means[i];
  }
  return grid;
}

std::vector<double> log_means(const ScoreGrid& grid) {
  std::vector<double> means;
  for (std::int64_t i = 0; i < grid.rows; ++i) means.push_back(log_mean_exp(grid.row(i)));
  return means;
}

/// (n, held out) link scores, less each row's log-mean-exp over the samples: the link as
/// the log-ratio that it stands for.
ScoreGrid normalized_scores(const Embeddings& rows, const Embeddings& samples, const Link& link,
                            std::int64_t held_out) {
  constexpr std::int64_t kForNormalizer = 4096;
  const auto means = log_means(direct_scores(rows, thin(samples, kForNormalizer), link));
  const auto last = stretch(samples, samples.n - held_out, held_out);
  return less_row_means(direct_scores(rows, last, link), means);
}

PseudoPairs pseudo_pairs_of(const CutTask& cut, std::uint64_t seed) {
  const auto from_a = normalized_scores(cut.a, cut.task.b, cut.task.ab, cut.held_out);
  const auto from_c = normalized_scores(cut.c, cut.task.b_prime, cut.task.bc, cut.held_out);
  return draw_pseudo_pairs(from_a, transposed(from_c), seed);
}

/// The effective sample size of the weights exp(x + y).
double effective_size(std::span<const double> x, std::span<const double> y) {
  std::vector<double> weights(x.size());
  std::ranges::transform(x, y, weights.begin(), std::plus<>());
  const double largest = std::ranges::max(weights);
  for (double& weight : weights) weight = std::exp(weight - largest);
  return effective_sample_size(weights);
}

/// The median over rows a of that of the pool, for a and the column that it chooses.
double effective_samples(const CutTask& cut, const ScoreGrid& monte_carlo) {
  constexpr std::int64_t kRows = 64, kAtOnce = 16;
  const auto best = choices(monte_carlo);
  std::vector<double> sizes;
  for (std::int64_t first = 0; first < std::min(kRows, cut.a.n); first += kAtOnce) {
    const std::int64_t n = std::min({kAtOnce, kRows - first, cut.a.n - first});
    const auto chosen = rows_at(cut.c, std::span(best).subspan(first, n));
    const auto of_a = direct_scores(stretch(cut.a, first, n), cut.task.b, cut.task.ab);
    const auto of_c = direct_scores(chosen, cut.task.b_prime, cut.task.bc);
    for (std::int64_t i = 0; i < n; ++i) {
      sizes.push_back(effective_size(of_a.row(i), of_c.row(i)));
    }
  }
  return flow::sample_median(std::move(sizes));
}

/// Share of some bridge samples whose nearest by the other encoder's embedding is themselves.
Estimate shared_encoder(const BridgeTask& task) {
  constexpr std::int64_t kSamples = 256;
  const Embeddings b = thin(task.b, kSamples), b_prime = thin(task.b_prime, kSamples);
  if (b.dim != b_prime.dim) return {};
  // By distance: of inner products the longest rows would be nearest to all.
  const auto best = choices(direct_scores(b_prime, b, {Critic::l2, 1}));
  Eigen::ArrayXd found(b.n);
  for (std::int64_t i = 0; i < b.n; ++i) found[i] = best[i] == i;
  return mean_of(found);
}

/// Pool whose halves choose alike in a share kSettled of rows: the smallest that was tried. Beyond
/// them: errors of scores fall like M^-1/2, and with them, where they are small, the share of rows
/// that choose differently; where they are large the share falls more slowly, so that the figure is
/// too small.
double samples_to_settle(const DecisionEvidence& evidence) {
  constexpr double kSettled = 0.9;
  const auto& tried = evidence.agreement_by_samples;
  for (const auto& [samples, agreement] : tried) {
    if (agreement >= kSettled) return static_cast<double>(2 * samples);
  }
  const auto& [samples, agreement] = *tried.rbegin();
  return static_cast<double>(2 * samples) * std::pow((1 - agreement) / (1 - kSettled), 2);
}

void require_enough(const BridgeTask& task) {
  require(task.b.n == task.b_prime.n, "b and b' are of different samples: give the same rows");
  require(task.b.n >= kFewestSamples, "a pool of " + std::to_string(task.b.n) +
                                          " samples is too small to decide: give 64 or more");
  require(can_decide(task), "too few rows to decide: give 40 or more of either modality");
}

}  // namespace

bool can_decide(const BridgeTask& task) {
  return task.b.n >= kFewestSamples && std::min(task.a.n, task.c.n) >= kFewestRows;
}

DecisionEvidence gather_evidence(const BridgeTask& task, const DecisionOptions& options) {
  require_enough(task);
  const CutTask cut(task, options);
  DecisionEvidence evidence;
  evidence.samples = task.b.n;
  evidence.comparable = task.a.dim == task.c.dim;
  evidence.shared_encoder = shared_encoder(task);
  if (task.b.dim >= 2) {
    evidence.bridge_cosines =
        test_cosines(task.b, {.simulations = 99, .seed = options.seed, .threads = options.threads});
  }
  std::vector<ScoreGrid> pieces;
  for (std::int64_t i = 0; i < kPieces; ++i) pieces.push_back(cut.piece_scores(i));
  const ScoreGrid monte_carlo = join(std::move(pieces), cut.piece, evidence);
  const auto pairs = pseudo_pairs_of(cut, options.seed);
  evidence.pseudo_monte_carlo = pseudo_recall(monte_carlo, pairs, options.group);
  if (evidence.comparable) {
    const auto direct = direct_scores(cut.a, cut.c, task.ab);
    evidence.direct_agreement = agreement(direct, monte_carlo);
    evidence.pseudo_direct = pseudo_recall(direct, pairs, options.group);
  }
  evidence.effective_samples = effective_samples(cut, monte_carlo);
  evidence.information_ab = pool_information(cut.a, task.b, task.ab, kRowsForInformation);
  evidence.information_bc = pool_information(cut.c, task.b_prime, task.bc, kRowsForInformation);
  return evidence;
}

Decision decide(const DecisionEvidence& evidence) {
  Decision decision;
  decision.margin = evidence.direct_agreement.value - evidence.pool_agreement.value +
                    evidence.pseudo_direct.value - evidence.pseudo_monte_carlo.value;
  decision.direct = evidence.comparable && decision.margin > 0;
  if (!decision.direct) {
    const double samples = samples_to_settle(evidence);
    decision.samples = static_cast<std::int64_t>(samples);
    decision.more_would_help = samples > 1.01 * static_cast<double>(evidence.samples);
  }
  if (!evidence.comparable) {
    decision.reason = "A and C have different dimensions: there is no direct score";
  } else if (decision.direct) {
    decision.reason =
        "direct scores agree with the Monte-Carlo ranking at least as well as two pools do";
  } else {
    decision.reason =
        "direct scores agree less with the Monte-Carlo ranking than two pools with each other";
  }
  return decision;
}

}  // namespace lagoon::contrastive
