#include "pipelines/assimilation/scores/query_scorer.hpp"

#include <cmath>

#include "flow/numerics/cholesky.hpp"
#include "flow/scores/divergences.hpp"
#include "flow/scores/moments.hpp"

namespace lagoon::pipelines {
namespace {

/// 1/2 log det of the inverse of a normal law's covariance, the prior's being 1.
double information_of(const flow::Posterior& posterior) {
  const auto* gaussian = std::get_if<flow::GaussianPosterior>(&posterior);
  if (gaussian == nullptr) return kNoNumber;
  const Eigen::LLT<Eigen::MatrixXd> factor(gaussian->covariance);
  if (factor.info() != Eigen::Success) return kNoNumber;
  return 0 - flow::half_log_determinant(factor);
}

/// A normal law, or equal members that are enough to stand for one.
bool has_normal_law(const flow::Posterior& posterior) {
  const auto* ensemble = std::get_if<flow::EnsemblePosterior>(&posterior);
  if (ensemble == nullptr) return true;
  return ensemble->weights.size() == 0 && ensemble->members.cols() > ensemble->members.rows() + 1;
}

/// KL(exact || posterior), nats.
double divergence_of(const flow::GaussianPosterior& exact, const flow::Posterior& posterior) {
  if (!has_normal_law(posterior)) return kNoNumber;
  const auto law = flow::to_gaussian(posterior);
  // A collapsed ensemble has no density.
  if (Eigen::LLT<Eigen::MatrixXd>(law.covariance).info() != Eigen::Success) return kNoNumber;
  return flow::gaussian_divergence(exact, law);
}

}  // namespace

void ExactAnswers::keep(std::size_t query, const flow::Posterior& posterior) {
  answers_[query] = std::get<flow::GaussianPosterior>(posterior);
}

const flow::GaussianPosterior* ExactAnswers::of(std::size_t query) {
  if (!answers_[query]) keep(query, method_.posterior(query));
  return &*answers_[query];
}

QueryScorer::QueryScorer(const Queries& queries, std::uint64_t seed)
    : queries_(queries), seed_(seed), scorer_(queries.law, queries.space) {
  if (!queries.law.has_varying_amplitudes()) forecaster_.emplace(queries.law, queries.space);
}

QueryRecord QueryScorer::score(const flow::Posterior& posterior, std::size_t query,
                               const flow::GaussianPosterior* exact) const {
  constexpr int kDraws = 256;
  const auto draws = key(query, flow::Purpose::score_draw);
  QueryRecord record;
  record.scores = scorer_.score(posterior, truth(query), draws);
  record.information = information_of(posterior);
  if (exact != nullptr) {
    record.divergence = divergence_of(*exact, posterior);
    record.discrepancy = flow::squared_mmd(*exact, posterior, kDraws, draws);
  }
  if (forecaster_) record.forecast = forecaster_->score(posterior, truth(query), draws);
  return record;
}

}  // namespace lagoon::pipelines
