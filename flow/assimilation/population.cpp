#include "flow/assimilation/population.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <Eigen/Cholesky>

#include "flow/assimilation/library/weights.hpp"
#include "flow/scores/moments.hpp"

namespace lagoon::flow {
namespace {

/// Keeps the covariance of few members regular, in variances of the prior.
constexpr double kLeastVariance = 1e-6;

/// Rounds draw from streams of their own, far from other samples'.
DrawKey key_of_round(const DrawKey& key, int round) {
  constexpr std::uint64_t kFarApart = std::uint64_t{1} << 40;
  return {key.seed, key.purpose, key.sample + kFarApart * static_cast<std::uint64_t>(round)};
}

GaussianPosterior widened(GaussianPosterior law, double inflation) {
  law.covariance *= inflation;
  law.covariance.diagonal().array() += kLeastVariance;
  return law;
}

/// log of likelihood * prior / proposal, up to a constant.
Eigen::VectorXd log_weights_of(const Eigen::MatrixXd& draws, const GaussianPosterior& proposal,
                               const LogLikelihoodOf& log_likelihood) {
  const Eigen::LLT<Eigen::MatrixXd> root(proposal.covariance);
  const Eigen::MatrixXd whitened = root.matrixL().solve(draws.colwise() - proposal.mean);
  return log_likelihood(draws) + (whitened.colwise().squaredNorm().transpose() -
                                  draws.colwise().squaredNorm().transpose()) /
                                     2;
}

}  // namespace

GaussianPosterior tempered_moments(const Eigen::MatrixXd& members,
                                   const Eigen::Ref<const Eigen::VectorXd>& log_likelihoods,
                                   double size) {
  const double most = static_cast<double>(members.cols()) / 2;
  const double power = power_of_sample_size(log_likelihoods, std::min(size, most));
  return to_gaussian(weighted_members(members, importance_weights(log_likelihoods, power)));
}

EnsemblePosterior sample_population(const GaussianPosterior& start,
                                    const LogLikelihoodOf& log_likelihood, const DrawKey& key,
                                    const PopulationOptions& options) {
  const double wanted = options.share * options.draws;
  GaussianPosterior proposal = widened(start, options.inflation);
  for (int round = 1;; ++round) {
    Eigen::MatrixXd draws = draw_samples(proposal, options.draws, key_of_round(key, round));
    const Eigen::VectorXd log_weights = log_weights_of(draws, proposal, log_likelihood);
    Eigen::VectorXd weights = importance_weights(log_weights);
    if (round >= options.most_rounds || effective_sample_size(weights) >= wanted) {
      return {std::move(draws), std::move(weights)};
    }
    proposal = widened(tempered_moments(draws, log_weights, wanted), options.inflation);
  }
}

}  // namespace lagoon::flow
